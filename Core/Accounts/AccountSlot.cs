namespace Portcullis.Accounts;

/// <summary>What is known of one session of an account. Times are epoch milliseconds.</summary>
/// <param name="Sid">The session.</param>
/// <param name="MintedAt">When its first token was minted.</param>
/// <param name="ExpiresAt">When its newest token ends.</param>
/// <param name="SeenAt">Time of its newest accepted line, never ahead of the clock; 0 when none was seen.</param>
/// <param name="HeldUntil">Until when it holds a slot, unless it is revoked.</param>
public readonly record struct AccountSlot(string Sid, long MintedAt, long ExpiresAt, long SeenAt, long HeldUntil)
{
    /// <summary>Whether it holds a slot, unless it is revoked.</summary>
    /// <param name="now">Epoch milliseconds.</param>
    public bool Holds(long now) => now < HeldUntil;

    /// <summary>Whether accepted lines of it were seen.</summary>
    public bool WasSeen => SeenAt > 0;
}
