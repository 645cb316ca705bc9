using Microsoft.AspNetCore.Http;

namespace Portcullis.Local.Edge;

/// <summary>The signed cookies of a request.</summary>
internal static class EdgeCookies
{
    private const string Prefix = "CloudFront-";

    /// <summary>
    /// CloudFront's cookies by name, undecoded; null when there are none. Of several with one name the first counts: browsers send those
    /// with the longest path first (RFC 6265, section 5.4), which are this session's.
    /// </summary>
    public static IReadOnlyDictionary<string, string>? Of(IHeaderDictionary headers)
    {
        Dictionary<string, string>? cookies = null;
        foreach (var header in headers.Cookie)
        {
            foreach (var pair in (header ?? "").Split(';', StringSplitOptions.TrimEntries))
            {
                var equals = pair.IndexOf('=');
                if (equals > 0 && pair.StartsWith(Prefix, StringComparison.Ordinal))
                    (cookies ??= []).TryAdd(pair[..equals], pair[(equals + 1)..]);
            }
        }
        return cookies;
    }
}
