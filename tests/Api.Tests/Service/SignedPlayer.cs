using System.Net;

namespace Portcullis.Api.Tests.Service;

/// <summary>A player that sends signed cookies, or adds the query of a signed URL to every request as Amplify's players do.</summary>
internal sealed class SignedPlayer : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _master;
    private readonly Queue<Uri> _segments = new();
    private readonly HashSet<string> _known = [];

    public SignedPlayer(SignedTicket ticket, string address)
    {
        _master = ticket.PlaybackUrl;
        // The edge of the tests has no TLS, without which a cookie jar keeps secure cookies to itself.
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Add("CloudFront-Viewer-Address", $"{address}:40000");
        _http.DefaultRequestHeaders.Add("User-Agent", $"player at {address}");
        if (ticket.SetCookie is { } cookies)
            _http.DefaultRequestHeaders.Add("Cookie", string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0])));
    }

    public async Task<HttpStatusCode> GetAsync(Uri url)
    {
        using var response = await _http.GetAsync(url);
        return response.StatusCode;
    }

    /// <summary>Fetches the master playlist until it comes: the enforcer takes a moment to bring a new key pair to the edge.</summary>
    public Task UntilServedAsync() => Eventually.TrueAsync(async () => await GetAsync(_master) == HttpStatusCode.OK, "the edge has the key pair");

    /// <summary>Fetches the next segment, and first the media playlist when no segment is left in the last one.</summary>
    /// <returns>The status of the segment; of the playlist, when there is no new segment in it or it was refused.</returns>
    public async Task<HttpStatusCode> PlayOnAsync()
    {
        var media = Beside(_master, "360p/index.m3u8");
        if (_segments.Count == 0)
        {
            using var response = await _http.GetAsync(media);
            if (!response.IsSuccessStatusCode)
                return response.StatusCode;
            foreach (var line in (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length > 0 && line[0] != '#'))
            {
                if (_known.Add(line))
                    _segments.Enqueue(Beside(media, line));
            }
        }
        return _segments.TryDequeue(out var segment) ? await GetAsync(segment) : HttpStatusCode.OK;
    }

    public void Dispose() => _http.Dispose();

    private static Uri Beside(Uri playlist, string name) => new(new Uri(playlist, name).AbsoluteUri + playlist.Query);
}
