using System.Net;

namespace Portcullis.Api.Tests.Service;

/// <summary>A player at the edge, on an address of its own.</summary>
internal sealed class Player : IDisposable
{
    private readonly HttpClient _http;
    private readonly Queue<Uri> _segments = new();
    private readonly HashSet<Uri> _known = [];
    private readonly Uri _media;

    /// <param name="playbackUrl">The master playlist with its token.</param>
    /// <param name="address">The address the edge is told.</param>
    public Player(Uri playbackUrl, string address = "203.0.113.7")
    {
        _http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Add("CloudFront-Viewer-Address", $"{address}:40000");
        _http.DefaultRequestHeaders.Add("User-Agent", $"player at {address}");
        Master = playbackUrl;
        _media = Beside(playbackUrl, "360p/index.m3u8");
    }

    public Uri Master { get; }

    public async Task<HttpStatusCode> GetAsync(Uri url)
    {
        using var response = await _http.GetAsync(url);
        return response.StatusCode;
    }

    /// <summary>Fetches the master playlist.</summary>
    public Task<HttpStatusCode> OpenAsync() => GetAsync(Master);

    /// <summary>Fetches the next segment, and first the media playlist when no segment is left in the last one.</summary>
    /// <returns>The status of the segment; of the playlist, when there is no new segment in it or it was refused.</returns>
    public async Task<HttpStatusCode> PlayOnAsync()
    {
        if (_segments.Count == 0)
        {
            using var response = await _http.GetAsync(_media);
            if (!response.IsSuccessStatusCode)
                return response.StatusCode;
            foreach (var line in (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length > 0 && line[0] != '#'))
            {
                if (_known.Add(Beside(_media, line)))
                    _segments.Enqueue(Beside(_media, line));
            }
        }
        return _segments.TryDequeue(out var segment) ? await GetAsync(segment) : HttpStatusCode.OK;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A URL as it is spelt: players leave escapes alone.</summary>
    public static Uri AsSpelt(string url) => new(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static Uri Beside(Uri playlist, string name) => AsSpelt(playlist.AbsoluteUri[..(playlist.AbsoluteUri.LastIndexOf('/') + 1)] + name);
}
