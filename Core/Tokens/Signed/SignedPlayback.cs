namespace Portcullis.Tokens.Signed;

/// <summary>A session's playback URL and cookies, signed for CloudFront.</summary>
/// <param name="Sid">The session.</param>
/// <param name="Url">The URL to play: a bearer secret where it is signed.</param>
/// <param name="Cookies">The cookies that a player must send; empty where the URL is signed.</param>
/// <param name="IssuedAt">Epoch seconds.</param>
/// <param name="ExpiresAt">Epoch seconds.</param>
/// <param name="SessionEndsAt">Epoch seconds after which the session cannot be renewed any more.</param>
public sealed record SignedPlayback(string Sid, string Url, IReadOnlyList<CloudFrontCookie> Cookies, long IssuedAt, long ExpiresAt, long SessionEndsAt)
{
    /// <summary>Shows the sid only.</summary>
    public override string ToString() => $"/{Sid}/…";
}
