using Portcullis.Tokens;

namespace Portcullis.Keys;

/// <summary>When keys rotate, and how long their tokens live.</summary>
public sealed record KeyRotationOptions
{
    /// <value>Age of the signing key at which it is replaced; null for on demand only. Default 1 day.</value>
    public TimeSpan? RotateEvery { get; init; } = TimeSpan.FromDays(1);

    /// <value>Age from which a rotation under way is called stuck. Default 10 min.</value>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <value>Longest life of a token, in seconds: so long a key verifies after it has signed for the last time. Default <see cref="TokenVerifier.DefaultMaxTokenLifetime"/>.</value>
    public int MaxTokenLifetime { get; init; } = TokenVerifier.DefaultMaxTokenLifetime;

    /// <value>How often the ring is read anew, where other processes rotate it as well; null where this one is alone. Default null.</value>
    public TimeSpan? FollowEvery { get; init; }
}
