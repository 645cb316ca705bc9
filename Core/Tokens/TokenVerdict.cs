namespace Portcullis.Tokens;

/// <summary>What the edge makes of a request's token.</summary>
/// <param name="Rejection">None when the request is admitted.</param>
/// <param name="Sid">
/// The session, once its signature has verified; null before that, so that nobody is named by a stranger. Of a v1 token, the sid in front
/// of it, which the format does not always authenticate; null when there is none.
/// </param>
/// <param name="Path">The normalised path to serve; null unless admitted.</param>
/// <param name="Claims">The verified claims; null unless the signature verified, and for v1 tokens.</param>
public readonly record struct TokenVerdict(TokenRejection Rejection, string? Sid, string? Path, TokenClaims? Claims)
{
    /// <summary>Whether the request is admitted.</summary>
    public bool IsAccepted => Rejection == TokenRejection.None;

    internal static TokenVerdict Refused(TokenRejection rejection, TokenClaims? claims = null) => new(rejection, claims?.Sid, null, claims);
}
