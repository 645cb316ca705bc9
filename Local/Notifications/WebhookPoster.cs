using System.Net;
using System.Net.Http.Headers;
using Portcullis.Notifications;

namespace Portcullis.Local.Notifications;

/// <summary>Posts a body to a receiver once. Redirects are not followed, and of the answer only the status counts.</summary>
internal sealed class WebhookPoster : IDisposable
{
    private readonly HttpClient _loopback, _others;
    private readonly TimeSpan _answerWithin;
    private readonly TimeProvider _time;

    /// <param name="answerWithin">How long a receiver has, on the machine's clock.</param>
    /// <param name="time">The clock that signatures show.</param>
    /// <param name="resolve">Resolves names; the system's resolver unless given.</param>
    /// <param name="proxy">The proxy for all but loopback; the environment's unless given.</param>
    public WebhookPoster(TimeSpan answerWithin, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null, IWebProxy? proxy = null)
    {
        _answerWithin = answerWithin;
        _time = time;
        resolve ??= Dns.GetHostAddressesAsync;
        _loopback = ClientOf(resolve, null);
        _others = ClientOf(resolve, proxy ?? HttpClient.DefaultProxy);
    }

    /// <summary>Posts.</summary>
    /// <param name="webhook">The receiver.</param>
    /// <param name="delivery">The delivery's id.</param>
    /// <param name="attempt">Which attempt this is, from 1.</param>
    /// <param name="body">The body.</param>
    /// <param name="cancellation">Ends the attempt; its outcome is then unknown.</param>
    public async Task<PostOutcome> PostAsync(HeldWebhook webhook, string delivery, int attempt, byte[] body, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        var url = webhook.Webhook.Url;
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add(WebhookSignature.HeaderName, WebhookSignature.Sign(webhook.SecretsAt(now), now, body));
        request.Headers.Add("Portcullis-Delivery", delivery);
        request.Headers.Add("Portcullis-Attempt", attempt.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.UserAgent.ParseAdd("Portcullis-Webhooks/1");
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_answerWithin);
        try
        {
            // Disposing it drops a body that is more than a little.
            using var response = await (url.IsLoopback ? _loopback : _others).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
            return PostOutcome.Of((int)response.StatusCode, Elapsed());
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new PostOutcome(null, $"gave no answer within {_answerWithin.TotalSeconds:0.#} s", Elapsed());
        }
        catch (HttpRequestException error)
        {
            return new PostOutcome(null, Reason(error), Elapsed());
        }

        TimeSpan Elapsed() => System.Diagnostics.Stopwatch.GetElapsedTime(started);
    }

    public void Dispose()
    {
        _loopback.Dispose();
        _others.Dispose();
    }

    /// <summary>Why there was no answer. The exception's own words hold names and addresses.</summary>
    private static string Reason(HttpRequestException error)
    {
        for (Exception? inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is RefusedAddressException)
                return "its name leads to a link-local, metadata, multicast or unspecified address, which is refused";
        }
        return error.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "its name does not resolve",
            HttpRequestError.ConnectionError => "it cannot be connected to",
            HttpRequestError.SecureConnectionError => "TLS failed: its certificate is not trusted, or it speaks no TLS",
            HttpRequestError.ProxyTunnelError => "the proxy refused the connection",
            _ => "the connection broke before it answered",
        };
    }

    private static HttpClient ClientOf(Func<string, CancellationToken, Task<IPAddress[]>> resolve, IWebProxy? proxy) => new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = proxy is not null,
            Proxy = proxy,
            ConnectCallback = new WebhookConnector(resolve, proxy).ConnectAsync,
            // Names are resolved again, and judged again.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = 4_096,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            ActivityHeadersPropagator = null,
        })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
