using System.Net;
using System.Net.Sockets;
using Portcullis.Assets;

namespace Portcullis.Tokens.Signed;

/// <summary>Signs URLs and cookies for sessions over <c>https://host/&lt;sid&gt;/original/path</c>.</summary>
/// <remarks>
/// The policy is always a custom one: its resource covers a title's folder, and its DateGreaterThan is the session's start less
/// <see cref="SignedSession.StartLeeway"/>, which a renewal reads back from under the signature.
/// </remarks>
internal static class SignedMint
{
    public static TokenIssue Mint(Asset asset, string origin, IViewer viewer, string sid, CloudFrontKeyPair pair, long now, long? sessionStart)
    {
        var policy = asset.EffectivePolicy;
        var start = sessionStart ?? now;
        var sessionEnds = start + policy.MaxSession;
        if (sessionEnds <= now)
            return TokenIssue.Refused(TokenIssueOutcome.Refused, "playbackUrl", $"the session has reached its longest duration of {policy.MaxSession} s");
        if (policy.Bind.Ip && viewer.Ip is null)
            return TokenIssue.Refused(TokenIssueOutcome.Refused, "viewer.ip", "is required by the asset's token policy");
        if (policy.Bind.Ip && IPAddress.Parse(viewer.Ip!).AddressFamily != AddressFamily.InterNetwork)
            return TokenIssue.Refused(TokenIssueOutcome.Refused, "viewer.ip", "must be an IPv4 address: CloudFront's policies cannot bind IPv6");
        var expires = Math.Min(now + policy.Lifetime, sessionEnds);
        var statement = new CloudFrontPolicy
        {
            Resource = $"{origin}/{sid}{ResourceOf(policy.Paths[0], asset.Path)}",
            DateLessThan = expires,
            DateGreaterThan = start - SignedSession.StartLeeway,
            SourceIp = policy.Bind.Ip ? viewer.Ip + "/32" : null,
        };
        var url = $"{origin}/{sid}{SignedSession.Escape(asset.Path)}";
        return TokenIssue.IssuedSigned(asset, policy.Carriage == Carriage.SignedUrl
            ? new SignedPlayback(sid, CloudFrontSigner.SignUrl(url, statement, pair, policy.Signed.Hash), [], now, expires, sessionEnds)
            : new SignedPlayback(sid, url, CloudFrontSigner.SignCookies(statement, new CookieScope($"/{sid}/", policy.Signed.CookieDomain), pair, policy.Signed.Hash), now, expires, sessionEnds));
    }

    /// <summary>A path of the policy as a resource: a single file as it is, a folder with everything in it.</summary>
    private static string ResourceOf(string allowed, string assetPath) =>
        SignedSession.Escape(allowed) + (allowed == assetPath ? "" : allowed.EndsWith('/') ? "*" : "/*");
}
