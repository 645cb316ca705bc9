using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Portcullis.Local.Tests.Edge;

/// <summary>Sends requests byte by byte as a test writes them: HttpClient would normalise the target.</summary>
internal sealed class RawHttp : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly BufferedStream _stream;

    public RawHttp(Uri url)
    {
        _client.Connect(url.Host.Trim('[', ']'), url.Port);
        _client.ReceiveTimeout = 30_000;
        _stream = new BufferedStream(_client.GetStream());
    }

    public Socket Socket => _client.Client;

    public void Write(string method, string target, params string[] headers)
    {
        var lines = headers.Any(header => header.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)) ? headers : ["Host: video.example", .. headers];
        _stream.Write(Encoding.UTF8.GetBytes($"{method} {target} HTTP/1.1\r\n{string.Join("", lines.Select(line => line + "\r\n"))}\r\n"));
        _stream.Flush();
    }

    public RawResponse Send(string method, string target, params string[] headers)
    {
        Write(method, target, headers);
        var status = int.Parse(ReadLine().Split(' ')[1], CultureInfo.InvariantCulture);
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var line = ReadLine(); line.Length > 0; line = ReadLine())
            fields.Add(line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..].Trim());
        var body = new byte[method == "HEAD" || status == 304 ? 0 : int.Parse(fields.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        _stream.ReadExactly(body);
        return new RawResponse(status, fields, body);
    }

    public void Dispose() => _client.Dispose();

    private string ReadLine()
    {
        var line = new StringBuilder();
        for (var value = _stream.ReadByte(); value != '\n'; value = _stream.ReadByte())
        {
            if (value < 0)
                throw new EndOfStreamException("The edge closed the connection.");
            if (value != '\r')
                line.Append((char)value);
        }
        return line.ToString();
    }
}

/// <summary>A response with its header fields.</summary>
internal sealed record RawResponse(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? this[string header] => Headers.GetValueOrDefault(header);
}
