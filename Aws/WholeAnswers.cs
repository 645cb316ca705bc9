using Amazon.Runtime;

namespace Portcullis.Aws;

/// <summary>
/// HTTP clients for the SDK whose timeout holds for whole answers. The SDK's own time only an answer's headers: one that stopped half-way
/// with its connection open would hold a call for ever, and with it whatever waits for the call.
/// </summary>
internal sealed class WholeAnswers : HttpClientFactory
{
    public static readonly WholeAnswers Instance = new();

    private WholeAnswers()
    {
    }

    /// <summary>A connection pool as the clients of AWS use it; connections are made anew now and then, since addresses change.</summary>
    public static SocketsHttpHandler NewPool() => new() { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false };

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
        new(new Buffering { InnerHandler = NewPool() }) { Timeout = clientConfig.Timeout ?? Timeout.InfiniteTimeSpan };

    /// <summary>One for each client of the SDK, disposed of with it.</summary>
    public override string? GetConfigUniqueString(IClientConfig clientConfig) => null;

    private sealed class Buffering : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            try
            {
                await response.Content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }
}
