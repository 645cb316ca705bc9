using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Portcullis.Aws.Signing;

namespace Portcullis.Aws.KeyValueStore;

/// <summary>Sends HTTP requests signed with SigV4A, with the credentials of now and by the service's clock.</summary>
internal sealed class SignedHttp : IDisposable
{
    /// <summary>AWS admits five minutes; from a little less on, the clocks are taken to differ.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(4);

    private readonly AWSCredentials? _credentials;
    private readonly TimeProvider _time;
    private readonly SigV4ASigner _signer = new(KeyValueStoreArn.Service, "*");
    private readonly HttpClient _http;
    private long _skewTicks;

    public SignedHttp(AwsConnection connection, TimeProvider time)
    {
        _credentials = connection.Credentials;
        _time = time;
        _http = new HttpClient(WholeAnswers.NewPool()) { Timeout = connection.Timeout };
    }

    private DateTimeOffset Now => _time.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _skewTicks));

    /// <summary>Signs and sends a request.</summary>
    /// <returns>The answer, and the time that was signed.</returns>
    /// <exception cref="HttpRequestException">There was no answer.</exception>
    /// <exception cref="AmazonClientException">There are no credentials.</exception>
    public async Task<(HttpResponseMessage Response, DateTimeOffset At)> SendAsync(HttpMethod method, Uri address, string? ifMatch, ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        // Asked for each request: the SDK keeps them and fetches new ones before they expire.
        var source = _credentials ?? await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync().ConfigureAwait(false);
        var credentials = await source.GetCredentialsAsync().ConfigureAwait(false);
        var at = Now;
        var headers = new List<KeyValuePair<string, string>> { new("Host", address.Authority) };
        if (ifMatch is not null)
            headers.Add(new("If-Match", ifMatch));
        if (!body.IsEmpty)
            headers.Add(new("Content-Type", "application/json"));
        var signature = _signer.Sign(new SignableRequest(method.Method, address.AbsolutePath, address.Query.TrimStart('?'), headers, body), credentials, at);
        using var request = new HttpRequestMessage(method, address);
        if (!body.IsEmpty)
            request.Content = new ReadOnlyMemoryContent(body);
        foreach (var (name, value) in headers.Concat(signature))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content!.Headers.TryAddWithoutValidation(name, value);
        }
        return (await _http.SendAsync(request, cancellation).ConfigureAwait(false), at);
    }

    /// <summary>Takes the service's time for the right one from now on.</summary>
    /// <param name="date">The time in its answer.</param>
    /// <param name="at">The time that was signed.</param>
    /// <returns>Whether the two differ so much that it refuses the signature.</returns>
    public bool FollowClock(DateTimeOffset? date, DateTimeOffset at)
    {
        if (date is not { } theirs || (theirs - at).Duration() < Tolerance)
            return false;
        Interlocked.Exchange(ref _skewTicks, (theirs - _time.GetUtcNow()).Ticks);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _signer.Dispose();
    }
}
