using System.Globalization;
using System.Text;
using Amazon.Runtime;

namespace Portcullis.Aws.Signing;

/// <summary>
/// Signs requests with AWS Signature Version 4A: one asymmetric signature for a set of regions. The SDK leaves it to a native library that
/// is not served here.
/// </summary>
/// <param name="service">The service's name in signatures.</param>
/// <param name="regionSet">The regions in which the signature holds, joined by commas; <c>*</c> for all.</param>
/// <remarks>The key that was derived last is kept: derivation costs more than signing. Safe for several threads.</remarks>
internal sealed class SigV4ASigner(string service, string regionSet) : IDisposable
{
    /// <summary>The algorithm's name.</summary>
    public const string Algorithm = "AWS4-ECDSA-P256-SHA256";

    private readonly Lock _lock = new();
    private (string AccessKeyId, string Secret, SigV4AKey Key)? _derived;

    /// <value>Whether empty and dot segments of a path are resolved. Default true.</value>
    public bool NormalizesPath { get; init; } = true;

    /// <value>Whether the body's hash is sent as a header. Default true.</value>
    public bool SendsBodyHash { get; init; } = true;

    /// <value>Whether a session token is among the signed headers; otherwise it is only sent. Default true.</value>
    public bool SignsSessionToken { get; init; } = true;

    /// <summary>Signs a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="credentials">Whose signature it is.</param>
    /// <param name="at">The time by the service's clock.</param>
    /// <returns>The headers to add.</returns>
    public IReadOnlyList<KeyValuePair<string, string>> Sign(SignableRequest request, ImmutableCredentials credentials, DateTimeOffset at)
    {
        var added = HeadersFor(request, credentials, at);
        var canonical = Canonical(request.With(added));
        var signature = KeyOf(credentials).Sign(StringToSign(canonical, at));
        var authorization = $"{Algorithm} Credential={credentials.AccessKey}/{Scope(at)}, SignedHeaders={canonical.SignedHeaders}, Signature={signature}";
        added.Add(new("Authorization", authorization));
        if (!SignsSessionToken && credentials.UseToken)
            added.Add(new("X-Amz-Security-Token", credentials.Token));
        return added;
    }

    /// <summary>The headers that a signature needs beside those of the request.</summary>
    public List<KeyValuePair<string, string>> HeadersFor(SignableRequest request, ImmutableCredentials credentials, DateTimeOffset at)
    {
        var headers = new List<KeyValuePair<string, string>> { new("X-Amz-Date", Time(at)), new("X-Amz-Region-Set", regionSet) };
        if (SendsBodyHash)
            headers.Add(new("X-Amz-Content-SHA256", CanonicalRequest.HashOf(request.Body.Span)));
        if (SignsSessionToken && credentials.UseToken)
            headers.Add(new("X-Amz-Security-Token", credentials.Token));
        return headers;
    }

    /// <summary>The canonical form of a request with all its headers.</summary>
    public CanonicalRequest Canonical(SignableRequest request) => CanonicalRequest.Of(request, CanonicalRequest.HashOf(request.Body.Span), NormalizesPath);

    /// <summary>The text that is signed.</summary>
    public string StringToSign(CanonicalRequest canonical, DateTimeOffset at) =>
        $"{Algorithm}\n{Time(at)}\n{Scope(at)}\n{CanonicalRequest.HashOf(Encoding.UTF8.GetBytes(canonical.Text))}";

    /// <summary>The key of credentials, derived once while they stay the same.</summary>
    public SigV4AKey KeyOf(ImmutableCredentials credentials)
    {
        lock (_lock)
        {
            if (_derived is { } derived && derived.AccessKeyId == credentials.AccessKey && derived.Secret == credentials.SecretKey)
                return derived.Key;
            // The key before may be signing still, so it is left to the finalizer.
            var key = SigV4AKey.Derive(credentials.AccessKey, credentials.SecretKey);
            _derived = (credentials.AccessKey, credentials.SecretKey, key);
            return key;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            _derived?.Key.Dispose();
    }

    private string Scope(DateTimeOffset at) => $"{at.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture)}/{service}/aws4_request";

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
