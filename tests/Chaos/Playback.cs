namespace Portcullis.Chaos;

/// <summary>One viewer who plays the live sample from one network, and does not give up while the service is away.</summary>
internal sealed class Playback(string playbackUrl, string address) : IDisposable
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly HashSet<string> _fetched = [];

    /// <summary>Segments that were delivered.</summary>
    public int Segments => _fetched.Count;

    /// <summary>Whether a request was answered with 403.</summary>
    public bool Blocked { get; private set; }

    /// <summary>Plays until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await PlayOnceAsync(cancellation);
                await Task.Delay(500, cancellation);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(200, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // The end, or a request that hung while the service was killed.
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task PlayOnceAsync(CancellationToken cancellation)
    {
        var master = await GetAsync(new Uri(playbackUrl), cancellation);
        if (master is null)
            return;
        var media = new Uri(new Uri(playbackUrl), Uris(master).First());
        if (await GetAsync(media, cancellation) is not { } list)
            return;
        foreach (var segment in Uris(list).TakeLast(3).Where(segment => !_fetched.Contains(segment)))
        {
            if (await GetAsync(new Uri(media, segment), cancellation) is not null)
                _fetched.Add(segment);
        }
    }

    private async Task<string?> GetAsync(Uri url, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("CloudFront-Viewer-Address", $"{address}:40000");
        request.Headers.Add("User-Agent", $"Player/{address}");
        using var response = await _client.SendAsync(request, cancellation);
        Blocked |= response.StatusCode == System.Net.HttpStatusCode.Forbidden;
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(cancellation) : null;
    }

    private static IEnumerable<string> Uris(string playlist) => playlist.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');
}
