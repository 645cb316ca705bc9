using System.Diagnostics;
using System.Net.Http.Headers;

namespace Portcullis.Cli.Simulation;

/// <summary>
/// One viewer's own connections to the edge. Retries like a player: lost connections, timeouts and 5xx with growing pauses;
/// 401 and 403 end the playback. Fetches one resource at a time.
/// </summary>
internal sealed class ViewerConnection(ViewerIdentity identity) : IDisposable
{
    private const int SegmentAttempts = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private HttpClient _http = Open(identity);

    public ViewerIdentity Identity { get; private set; } = identity;

    /// <summary>What went wrong with the newest fetch, or null when it succeeded.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Leaves the network: closes every connection and continues as <paramref name="identity"/>.</summary>
    public void MoveTo(ViewerIdentity identity)
    {
        _http.Dispose();
        _http = Open(identity);
        Identity = identity;
    }

    /// <summary>Fetches a playlist and parses it. Retries transient failures until cancelled.</summary>
    /// <exception cref="PlaybackRefused">401 or 403.</exception>
    /// <exception cref="PlaybackImpossible">It is missing or not understood.</exception>
    public async Task<T> LoadAsync<T>(Uri location, Func<string, Uri, T> parse, CancellationToken cancellationToken)
    {
        var (missing, pause) = (0, FirstPause);
        while (true)
        {
            using var answer = await TryAsync(location, null, cancellationToken);
            if (answer is { IsSuccessStatusCode: true })
            {
                try
                {
                    return parse(await answer.Content.ReadAsStringAsync(cancellationToken), answer.RequestMessage!.RequestUri!);
                }
                catch (Exception malformed) when (malformed is FormatException or OverflowException)
                {
                    throw new PlaybackImpossible(malformed.Message);
                }
            }

            if (answer is { StatusCode: < (System.Net.HttpStatusCode)500 } && ++missing == SegmentAttempts)
            {
                throw new PlaybackImpossible($"the edge answered {(int)answer.StatusCode} for {location.Segments[^1]}");
            }

            pause = await PauseAsync(pause, cancellationToken);
        }
    }

    /// <summary>Fetches media and drops it. Returns its bytes and how long they took, or null after four attempts.</summary>
    /// <exception cref="PlaybackRefused">401 or 403.</exception>
    public async Task<(long Bytes, TimeSpan Took)?> DrainAsync(Hls.MediaResource resource, CancellationToken cancellationToken)
    {
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await TryAsync(resource.Location, resource.Range, cancellationToken);
            if (answer is { IsSuccessStatusCode: true })
            {
                return (answer.Content.Headers.ContentLength ?? 0, Stopwatch.GetElapsedTime(began));
            }

            if (attempt == SegmentAttempts)
            {
                return null;
            }

            pause = await PauseAsync(pause, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    // The answer with its body read whole, or null when there was none.
    private async Task<HttpResponseMessage?> TryAsync(Uri location, Hls.ByteRange? range, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, location);
        request.Headers.Range = range is { } part ? new RangeHeaderValue(part.Offset, part.End - 1) : null;
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException lost)
        {
            Trouble = $"no answer from {location.GetLeftPart(UriPartial.Authority)} ({lost.HttpRequestError})";
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Trouble = $"no answer from {location.GetLeftPart(UriPartial.Authority)} within {Patience.TotalSeconds:0} s";
            return null;
        }

        Trouble = answer.IsSuccessStatusCode ? null : $"the edge answered {(int)answer.StatusCode} for {location.Segments[^1]}";
        if ((int)answer.StatusCode is not (401 or 403))
        {
            return answer;
        }

        using (answer)
        {
            throw new PlaybackRefused((int)answer.StatusCode, answer.Headers.TryGetValues("X-Portcullis", out var reason) ? reason.First() : null);
        }
    }

    private static async Task<TimeSpan> PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        await Task.Delay(pause, cancellationToken);
        return pause * 2 < LongestPause ? pause * 2 : LongestPause;
    }

    private static HttpClient Open(ViewerIdentity viewer)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", viewer.UserAgent);
        http.DefaultRequestHeaders.Add("CloudFront-Viewer-Address", $"{viewer.Address}:{viewer.Port}");
        http.DefaultRequestHeaders.Add("CloudFront-Viewer-ASN", $"{viewer.Asn}");
        http.DefaultRequestHeaders.Add("CloudFront-Viewer-Country", viewer.Country);
        http.DefaultRequestHeaders.Add("CloudFront-Viewer-Country-Region", viewer.Region);
        http.DefaultRequestHeaders.Add("CloudFront-Viewer-City", viewer.City);
        return http;
    }
}
