using Portcullis.Tokens;

namespace Portcullis.Cli.Tokens;

/// <summary>What <c>token mint --json</c> prints. Times are epoch seconds.</summary>
/// <param name="Token">The token segment.</param>
/// <param name="Sid">The session it belongs to; null for a v1 token without one.</param>
/// <param name="Url">The playback URL; null without <c>--url</c>.</param>
/// <param name="IssuedAt">When it was minted.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record MintReport(string Token, string? Sid, string? Url, long IssuedAt, long ExpiresAt)
{
    /// <exception cref="FormatException">The URL cannot carry the token.</exception>
    public static MintReport Of(MintedToken token, PlaybackUrl? url, bool inQuery) => new(
        token.Segment, token.Sid.Length == 0 ? null : token.Sid, inQuery ? url?.WithTokenInQuery(token.Segment) : url?.WithTokenInPath(token.Segment), token.IssuedAt, token.ExpiresAt);

    /// <summary>Shows the sid only.</summary>
    public override string ToString() => $"{Sid}.…";
}
