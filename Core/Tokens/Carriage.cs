namespace Portcullis.Tokens;

/// <summary>How the right to play travels with a player's requests.</summary>
public enum Carriage
{
    /// <summary>As the first path segment: every player with relative URIs, enforced by WAF and KeyValueStore.</summary>
    Path = 0,

    /// <summary>As the query parameter <c>pt</c>: reaches the first request only, unless manifests or the player add it again.</summary>
    Query = 1,

    /// <summary>As a CloudFront signed URL with the sid in its path: one file, or a player that adds the query to every request.</summary>
    SignedUrl = 2,

    /// <summary>As CloudFront signed cookies with the sid in the path: native players, iOS and Safari, whole titles.</summary>
    SignedCookie = 3,
}
