namespace Portcullis.Tokens;

/// <summary>Why a request was refused at the edge, or that it was not.</summary>
public enum TokenRejection
{
    /// <summary>Accepted.</summary>
    None = 0,

    /// <summary>The first path segment is no token.</summary>
    Missing,

    /// <summary>The token does not have the form of one, or a claim is missing or of the wrong type.</summary>
    Malformed,

    /// <summary>No key has the token's key id, or that key belongs to the other format.</summary>
    Key,

    /// <summary>The signature does not match.</summary>
    Signature,

    /// <summary>The sid before the token is not the one the token was minted for.</summary>
    Session,

    /// <summary>The token's lifetime is longer than the edge admits.</summary>
    Lifetime,

    /// <summary>Past its expiry.</summary>
    Expired,

    /// <summary>Not yet valid, by more than the leeway.</summary>
    NotYetValid,

    /// <summary>The path is not one the token admits, or is written so that it could mean two things.</summary>
    Path,

    /// <summary>The viewer is not the one the token was minted for.</summary>
    Viewer,

    /// <summary>The session or its account is revoked.</summary>
    Revoked,

    /// <summary>The edge could not read its keys.</summary>
    Store,
}

/// <summary>How a rejection is told to the viewer and to the log.</summary>
public static class TokenRejections
{
    /// <summary>The HTTP status of a rejection: 401, 403, or 503 when the edge has no keys to judge by.</summary>
    public static int Status(this TokenRejection rejection) => rejection switch
    {
        TokenRejection.None => 200,
        TokenRejection.Path or TokenRejection.Viewer or TokenRejection.Revoked => 403,
        TokenRejection.Store => 503,
        _ => 401,
    };

    /// <summary>The value of the <c>X-Portcullis</c> response header: enough for a player, nothing for an attacker.</summary>
    public static string PublicReason(this TokenRejection rejection) => rejection switch
    {
        TokenRejection.None => "ok",
        TokenRejection.Missing => "missing",
        TokenRejection.Expired => "expired",
        TokenRejection.Path => "path",
        TokenRejection.Viewer => "viewer",
        TokenRejection.Revoked => "revoked",
        TokenRejection.Store => "unavailable",
        _ => "invalid",
    };

    /// <summary>What follows <c>no.</c> in the log data of a refused request.</summary>
    public static string LogReason(this TokenRejection rejection) => rejection switch
    {
        TokenRejection.NotYetValid => "early",
        _ => rejection.ToString().ToLowerInvariant(),
    };
}
