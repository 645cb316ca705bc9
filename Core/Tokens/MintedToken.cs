namespace Portcullis.Tokens;

/// <summary>A freshly minted token.</summary>
/// <param name="Sid">The session it belongs to; empty for a v1 token that is bound to none.</param>
/// <param name="Segment">The path segment <c>&lt;sid&gt;.&lt;header&gt;.&lt;payload&gt;.&lt;signature&gt;</c>: a bearer secret, never to be logged.</param>
/// <param name="IssuedAt">Epoch seconds.</param>
/// <param name="ExpiresAt">Epoch seconds.</param>
/// <param name="SessionEndsAt">Epoch seconds after which the session cannot be renewed any more.</param>
public sealed record MintedToken(string Sid, string Segment, long IssuedAt, long ExpiresAt, long SessionEndsAt)
{
    /// <summary>The path a player requests: the token segment in front of the asset's path.</summary>
    public string PathTo(string assetPath) => $"/{Segment}{assetPath}";

    /// <summary>Shows the sid only.</summary>
    public override string ToString() => $"{Sid}.…";
}

/// <summary>What came of a request to mint: a token, or the field that prevents it.</summary>
public readonly record struct MintResult
{
    /// <summary>The token, or null.</summary>
    public MintedToken? Token { get; private init; }

    /// <summary>The field that is wrong or missing, such as <c>viewer.country</c>; null with a token.</summary>
    public string? Field { get; private init; }

    /// <summary>What is wrong with the field, and what is allowed.</summary>
    public string? Error { get; private init; }

    internal static MintResult Minted(MintedToken token) => new() { Token = token };

    internal static MintResult Refused(string field, string error) => new() { Field = field, Error = error };
}
