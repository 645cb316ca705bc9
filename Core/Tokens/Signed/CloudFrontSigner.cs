using System.Globalization;
using System.Text;

namespace Portcullis.Tokens.Signed;

/// <summary>Makes CloudFront signed URLs and signed cookies. Pure: key, policy and times are arguments.</summary>
public static class CloudFrontSigner
{
    /// <summary>Signs a URL under the canned policy: this one URL, until a time.</summary>
    /// <param name="url">The absolute URL, percent-encoded, with its own query if it has one, without fragment.</param>
    /// <param name="expires">Epoch seconds.</param>
    /// <param name="pair">The key pair.</param>
    /// <param name="hash">The hash under the signature.</param>
    /// <exception cref="ArgumentException">The URL has a fragment, or one of the parameters that signing adds.</exception>
    public static string SignUrl(string url, long expires, CloudFrontKeyPair pair, CloudFrontHash hash = CloudFrontHash.Sha1)
    {
        var statement = new CloudFrontPolicy { Resource = Signable(url), DateLessThan = expires }.ToJson();
        return With(url, "Expires", expires.ToString(CultureInfo.InvariantCulture), statement, pair, hash);
    }

    /// <summary>Signs a URL under a custom policy.</summary>
    /// <param name="url">The absolute URL, percent-encoded; the policy's resource should match it.</param>
    /// <param name="policy">The policy; it travels in the URL.</param>
    /// <param name="pair">The key pair.</param>
    /// <param name="hash">The hash under the signature.</param>
    /// <exception cref="ArgumentException">The URL has a fragment, or one of the parameters that signing adds.</exception>
    public static string SignUrl(string url, CloudFrontPolicy policy, CloudFrontKeyPair pair, CloudFrontHash hash = CloudFrontHash.Sha1)
    {
        var statement = policy.ToJson();
        return With(Signable(url), "Policy", CloudFrontText.Encode(Encoding.ASCII.GetBytes(statement)), statement, pair, hash);
    }

    /// <summary>Signs cookies under the canned policy: one URL, until a time.</summary>
    /// <param name="url">The absolute URL, percent-encoded, with its own query if it has one, without fragment.</param>
    /// <param name="expires">Epoch seconds.</param>
    /// <param name="scope">Where a browser sends them.</param>
    /// <param name="pair">The key pair.</param>
    /// <param name="hash">The hash under the signature.</param>
    /// <exception cref="ArgumentException">The URL has a fragment, or one of the parameters that signing adds.</exception>
    public static IReadOnlyList<CloudFrontCookie> SignCookies(string url, long expires, CookieScope scope, CloudFrontKeyPair pair, CloudFrontHash hash = CloudFrontHash.Sha1)
    {
        var policy = new CloudFrontPolicy { Resource = Signable(url), DateLessThan = expires };
        return Cookies(SignatureNames.ExpiresCookie, expires.ToString(CultureInfo.InvariantCulture), policy, scope, pair, hash);
    }

    /// <summary>Signs cookies under a custom policy.</summary>
    /// <param name="policy">The policy; it travels in a cookie.</param>
    /// <param name="scope">Where a browser sends them.</param>
    /// <param name="pair">The key pair.</param>
    /// <param name="hash">The hash under the signature.</param>
    public static IReadOnlyList<CloudFrontCookie> SignCookies(CloudFrontPolicy policy, CookieScope scope, CloudFrontKeyPair pair, CloudFrontHash hash = CloudFrontHash.Sha1) =>
        Cookies(SignatureNames.PolicyCookie, CloudFrontText.Encode(Encoding.ASCII.GetBytes(policy.ToJson())), policy, scope, pair, hash);

    private static string With(string url, string name, string value, string statement, CloudFrontKeyPair pair, CloudFrontHash hash)
    {
        var signed = $"{url}{(url.Contains('?') ? '&' : '?')}{name}={value}&{SignatureNames.Signature}={Sign(statement, pair, hash)}&{SignatureNames.KeyPairId}={pair.KeyPairId}";
        return hash == CloudFrontHash.Sha256 ? $"{signed}&{SignatureNames.Hash}={SignatureNames.Sha256}" : signed;
    }

    private static List<CloudFrontCookie> Cookies(string name, string value, CloudFrontPolicy policy, CookieScope scope, CloudFrontKeyPair pair, CloudFrontHash hash)
    {
        var cookies = new List<CloudFrontCookie>(4)
        {
            Cookie(name, value),
            Cookie(SignatureNames.SignatureCookie, Sign(policy.ToJson(), pair, hash)),
            Cookie(SignatureNames.KeyPairIdCookie, pair.KeyPairId),
        };
        if (hash == CloudFrontHash.Sha256)
            cookies.Add(Cookie(SignatureNames.HashCookie, SignatureNames.Sha256));
        return cookies;

        CloudFrontCookie Cookie(string cookie, string text) => new(cookie, text, scope.Path, scope.Domain, DateTimeOffset.FromUnixTimeSeconds(policy.DateLessThan));
    }

    private static string Sign(string statement, CloudFrontKeyPair pair, CloudFrontHash hash) => CloudFrontText.Encode(pair.Sign(Encoding.ASCII.GetBytes(statement), hash));

    private static string Signable(string url)
    {
        if (url.Contains('#'))
            throw new ArgumentException("A URL with a fragment cannot be signed: players do not send it.", nameof(url));
        var mark = url.IndexOf('?');
        if (mark >= 0 && url[(mark + 1)..].Split('&').FirstOrDefault(SignatureNames.IsParameter) is { } taken)
            throw new ArgumentException($"The URL has the query parameter {taken.Split('=')[0]}, which signing adds.", nameof(url));
        return url;
    }
}
