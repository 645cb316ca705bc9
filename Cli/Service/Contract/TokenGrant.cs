namespace Portcullis.Cli.Service.Contract;

/// <summary>A minted token.</summary>
/// <param name="PlaybackUrl">The URL to play; its first path segment is the bearer token, so it is never printed.</param>
/// <param name="Sid">Session id.</param>
internal sealed record TokenGrant(Uri PlaybackUrl, string Sid);
