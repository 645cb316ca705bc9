using System.Net;
using System.Text;

namespace Portcullis.Tokens.Signed;

/// <summary>
/// The signed form of a media request, <c>/&lt;sid&gt;/original/path</c>: what Portcullis asks beyond CloudFront's own check, so that the
/// session id in the path can be believed.
/// </summary>
public static class SignedSession
{
    /// <summary>
    /// How long before a session's start its policies begin, in seconds: an edge whose clock is behind must not refuse a fresh session.
    /// </summary>
    public const int StartLeeway = TokenVerifier.NotBeforeLeeway;

    /// <summary>Cuts a raw path to the sid (at least 12 characters, no dot) and the media path behind it.</summary>
    public static bool TryCut(string path, out string sid, out string media)
    {
        var end = path.Length > 1 && path[0] == '/' ? path.IndexOf('/', 1) : -1;
        (sid, media) = end < 0 ? ("", "") : (path[1..end], path[end..]);
        return sid.Length >= SessionId.MinRandomLength && SessionId.IsValid(sid);
    }

    /// <summary>A media path as it stands in URLs: each segment percent-encoded.</summary>
    public static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>Judges a request in signed form: as CloudFront, then whether the policy names the sid and the path says one thing only.</summary>
    /// <param name="origin">Scheme and host as the viewer asked.</param>
    /// <param name="path">The raw path.</param>
    /// <param name="query">The raw query without its question mark, or null.</param>
    /// <param name="cookies">The request's cookies by name, or null.</param>
    /// <param name="viewer">The viewer's address.</param>
    /// <param name="keys">The keys of the key group.</param>
    /// <param name="now">Epoch seconds.</param>
    public static TokenVerdict Verify(
        string origin, string path, string? query, IReadOnlyDictionary<string, string>? cookies, IPAddress? viewer, IReadOnlyList<CloudFrontPublicKey> keys, long now)
    {
        if (!TryCut(path, out var sid, out var rest))
            return TokenVerdict.Refused(TokenRejection.Missing);
        var verdict = CloudFrontSignatureVerifier.Verify(UrlOf(origin, path, query), cookies, viewer, keys, now);
        if (!verdict.IsAccepted)
            return TokenVerdict.Refused(verdict.Rejection);
        return Media(verdict.Policy!, origin, sid, rest) is { } media
            ? new TokenVerdict(TokenRejection.None, sid, media)
            : TokenVerdict.Refused(TokenRejection.Path);
    }

    /// <summary>Checks signature, resource and sid alone, whatever times and address, and reads when the session began.</summary>
    /// <param name="origin">Scheme and host of the playback URL.</param>
    /// <param name="path">Its raw path.</param>
    /// <param name="query">Its raw query without question mark, or null.</param>
    /// <param name="cookies">The cookies in use by name, or null.</param>
    /// <param name="keys">The keys of the key group.</param>
    /// <param name="start">Epoch seconds of the session's first mint, from under the signature; 0 unless the result is None.</param>
    public static TokenRejection Authenticate(
        string origin, string path, string? query, IReadOnlyDictionary<string, string>? cookies, IReadOnlyList<CloudFrontPublicKey> keys, out long start)
    {
        start = 0;
        if (!TryCut(path, out var sid, out var rest))
            return TokenRejection.Missing;
        var verdict = CloudFrontSignatureVerifier.Authenticate(UrlOf(origin, path, query), cookies, keys);
        if (!verdict.IsAccepted)
            return verdict.Rejection;
        if (Media(verdict.Policy!, origin, sid, rest) is null)
            return TokenRejection.Path;
        if (verdict.Policy!.DateGreaterThan is not { } begins)
            return TokenRejection.Lifetime;
        start = begins + StartLeeway;
        return TokenRejection.None;
    }

    private static string UrlOf(string origin, string path, string? query) => query is null ? origin + path : $"{origin}{path}?{query}";

    /// <summary>
    /// The normalised media path; null when the policy's resource does not name the sid outright (a wildcard there would let a viewer
    /// choose his session), or when the path leads out of the resource once its dot segments are gone.
    /// </summary>
    private static string? Media(CloudFrontPolicy policy, string origin, string sid, string rest)
    {
        var authority = policy.Resource.IndexOf("://", StringComparison.Ordinal);
        var slash = authority < 0 ? -1 : policy.Resource.IndexOf('/', authority + 3);
        if (slash < 0 || !policy.Resource.AsSpan(slash + 1).StartsWith($"{sid}/", StringComparison.Ordinal))
            return null;
        return MediaPath.Normalize(Encoding.Latin1.GetBytes(rest)) is { } media
            && (rest == media || CloudFrontSignatureVerifier.Admits(policy.Resource, $"{origin}/{sid}{Escape(media)}"))
            ? media
            : null;
    }
}
