using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;

namespace Portcullis.Aws.Tests.Servers;

/// <summary>A server that we did not write, as a process of its own on 127.0.0.1.</summary>
public sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServerProcess(ProcessStartInfo start, int port)
    {
        Url = new Uri($"http://127.0.0.1:{port}");
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
    }

    /// <summary>Where it answers.</summary>
    public Uri Url { get; }

    /// <summary>Runs a program of an npm package that <c>test.sh</c> installs.</summary>
    /// <param name="script">The script within <c>node_modules</c>.</param>
    /// <param name="arguments">Its arguments for a port.</param>
    /// <param name="environment">Environment variables for a port.</param>
    public static async Task<ServerProcess> StartNodeAsync(string script, Func<int, string[]> arguments, Func<int, Dictionary<string, string>>? environment = null)
    {
        var path = Path.Combine(Folder, "node_modules", script);
        Skip.IfNot(File.Exists(path), $"{path} is missing; ./test.sh installs it.");
        return await StartAsync("node", port => [path, .. arguments(port)], environment).ConfigureAwait(false);
    }

    /// <summary>Runs a program that is on the path.</summary>
    public static async Task<ServerProcess> StartAsync(string program, Func<int, string[]> arguments, Func<int, Dictionary<string, string>>? environment = null)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(Find(program), arguments(port));
        foreach (var (name, value) in environment?.Invoke(port) ?? [])
            start.Environment[name] = value;
        var server = new ServerProcess(start, port);
        try
        {
            server._process.Start();
            server._process.BeginOutputReadLine();
            server._process.BeginErrorReadLine();
            await server.AnswersAsync().ConfigureAwait(false);
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Where the npm packages with the servers lie.</summary>
    public static string Folder => typeof(ServerProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "Servers").Value!;

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It never started, or is gone.
        }
        _process.Dispose();
    }

    /// <summary>A port that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Find(string program)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Skip.If(found is null, $"{program} is not on the path.");
        return found!;
    }

    private async Task AnswersAsync()
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < StartsWithin; await Task.Delay(50).ConfigureAwait(false))
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"{_process.StartInfo.FileName} ended with {_process.ExitCode}: {Output}");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Url.Port).ConfigureAwait(false);
                return;
            }
            catch (SocketException)
            {
                // Not yet.
            }
        }
        throw new TimeoutException($"{_process.StartInfo.FileName} does not answer on {Url}: {Output}");
    }

    private string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    private void Note(string? line)
    {
        lock (_output)
        {
            // Of a server that talks much, the beginning tells why it did not start.
            if (line is not null && _output.Length < 16_384)
                _output.AppendLine(line);
        }
    }
}
