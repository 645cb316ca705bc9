namespace Portcullis.Accounts;

/// <summary>
/// One account's sessions from mint to gone, and what they leave room for. A minted session holds a slot for <see cref="HoldFor"/>; each
/// accepted line of it holds it as long again from the line's time. Once that is over it holds none, until it is seen again.
/// </summary>
/// <remarks>
/// All times are the caller's, epoch milliseconds. Not safe for concurrent use. Whether a session is revoked is asked for at each judgement
/// and kept nowhere: a lift makes it count again. A session is forgotten when no token of it can be valid any more.
/// </remarks>
public sealed class AccountSlots
{
    /// <summary>How long a mint or an accepted line holds a slot, in milliseconds.</summary>
    public const long HoldFor = 60_000;

    /// <summary>How long after its token's end a session is still known, in milliseconds: lines come late, and clocks differ.</summary>
    public const long KnownAfterExpiry = 300_000;

    /// <summary>Over which time mints are counted, in milliseconds.</summary>
    private const long Minute = 60_000;

    /// <summary>How far a clock that was set back may leave times in the future, in milliseconds; beyond that they are brought back.</summary>
    private const long ClockStep = 300_000;

    private readonly Dictionary<string, AccountSlot> _slots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AccountSlot>.AlternateLookup<ReadOnlySpan<char>> _bySid;

    /// <summary>An account without sessions.</summary>
    public AccountSlots() => _bySid = _slots.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Its sessions, in no particular order.</summary>
    public IReadOnlyCollection<AccountSlot> All => _slots.Values;

    /// <summary>A session, or null.</summary>
    public AccountSlot? Find(ReadOnlySpan<char> sid) => _bySid.TryGetValue(sid, out var slot) ? slot : null;

    /// <summary>Judges whether another session may be minted.</summary>
    /// <param name="limits">The limits that hold for the account.</param>
    /// <param name="isRevoked">Whether a session is revoked now.</param>
    /// <param name="now">Epoch milliseconds.</param>
    public MintJudgement Judge(AccountLimits limits, Func<string, bool> isRevoked, long now)
    {
        BringBack(now);
        List<long> minted = [], expiries = [];
        List<AccountSlot> holders = [];
        foreach (var slot in _slots.Values)
        {
            if (slot.MintedAt > now - Minute)
                minted.Add(slot.MintedAt);
            if ((!slot.Holds(now) && slot.ExpiresAt <= now) || isRevoked(slot.Sid))
                continue;
            if (slot.ExpiresAt > now)
                expiries.Add(slot.ExpiresAt);
            if (slot.Holds(now))
                holders.Add(slot);
        }
        if (minted.Count >= limits.MintsPerMinute)
            return MintJudgement.Later(MintOutcome.TooFast, limits, Math.Min(Minute, Nth(minted, minted.Count - limits.MintsPerMinute) + Minute - now));
        holders.Sort(static (a, b) => a.MintedAt != b.MintedAt ? a.MintedAt.CompareTo(b.MintedAt) : string.CompareOrdinal(a.Sid, b.Sid));
        var beyond = limits.MaxSessions is { } most ? holders.Count + 1 - most : 0;
        var toEnd = beyond > 0 && limits.WhenFull == WhenFull.EndOldest ? holders[..beyond] : [];
        // What is ended for it makes room here as well.
        var outstanding = expiries.Count - toEnd.Count(slot => slot.ExpiresAt > now);
        if (outstanding >= limits.MaxOutstandingTokens)
            return MintJudgement.Later(MintOutcome.TooManyTokens, limits, Nth(expiries, outstanding - limits.MaxOutstandingTokens) - now);
        return beyond > 0 && toEnd.Count == 0 ? MintJudgement.Full(limits, holders) : MintJudgement.Admitted(limits, toEnd);
    }

    /// <summary>Takes in a session whose first token was minted.</summary>
    /// <param name="sid">The session.</param>
    /// <param name="expiresAt">When the token ends, epoch milliseconds.</param>
    /// <param name="now">Epoch milliseconds.</param>
    public void Mint(string sid, long expiresAt, long now) => _slots[sid] = new AccountSlot(sid, now, expiresAt, 0, now + HoldFor);

    /// <summary>Takes in that a session got another token. It holds no slot by that; one that is not known becomes so.</summary>
    /// <param name="sid">The session.</param>
    /// <param name="startedAt">When its first token was minted, epoch milliseconds.</param>
    /// <param name="expiresAt">When the new token ends, epoch milliseconds.</param>
    /// <returns>Whether anything has changed.</returns>
    public bool Renew(string sid, long startedAt, long expiresAt)
    {
        var known = _slots.TryGetValue(sid, out var slot);
        if (known && slot.ExpiresAt >= expiresAt)
            return false;
        _slots[sid] = known ? slot with { ExpiresAt = expiresAt } : new AccountSlot(sid, startedAt, expiresAt, 0, 0);
        return true;
    }

    /// <summary>Takes in that an accepted line of a session was seen. Sessions that were not minted here are not believed.</summary>
    /// <param name="sid">The session.</param>
    /// <param name="at">The line's time, epoch milliseconds; one ahead of the clock counts as now.</param>
    /// <param name="now">Epoch milliseconds.</param>
    public void See(ReadOnlySpan<char> sid, long at, long now)
    {
        at = Math.Min(at, now);
        if (_bySid.TryGetValue(sid, out var key, out var slot) && at > slot.SeenAt)
            _slots[key] = slot with { SeenAt = at, HeldUntil = Math.Max(slot.HeldUntil, at + HoldFor) };
    }

    /// <summary>
    /// Takes back a session after a restart. One that may have held a slot when the service stopped holds it for <see cref="HoldFor"/> from
    /// now: until then the lines that were written meanwhile have been read.
    /// </summary>
    /// <param name="sid">The session.</param>
    /// <param name="mintedAt">When its first token was minted, epoch milliseconds.</param>
    /// <param name="expiresAt">When its newest token ends, epoch milliseconds.</param>
    /// <param name="stoppedAt">A time before which the service did not stop, epoch milliseconds.</param>
    /// <param name="now">Epoch milliseconds.</param>
    public void Restore(string sid, long mintedAt, long expiresAt, long stoppedAt, long now)
    {
        var heldUntil = mintedAt + HoldFor;
        _slots[sid] = new AccountSlot(sid, mintedAt, expiresAt, 0, heldUntil > stoppedAt ? Math.Max(heldUntil, now + HoldFor) : heldUntil);
    }

    /// <summary>Takes in a line of a session that is older than a restart; to be called after <see cref="Restore"/>.</summary>
    /// <param name="sid">The session.</param>
    /// <param name="at">The line's time, epoch milliseconds.</param>
    /// <param name="stoppedAt">A time before which the service did not stop, epoch milliseconds.</param>
    /// <param name="now">When the service started, epoch milliseconds.</param>
    public void Recall(ReadOnlySpan<char> sid, long at, long stoppedAt, long now)
    {
        See(sid, at, now);
        if (at + HoldFor > stoppedAt && _bySid.TryGetValue(sid, out var key, out var slot))
            _slots[key] = slot with { HeldUntil = Math.Max(slot.HeldUntil, now + HoldFor) };
    }

    /// <summary>Forgets a session: its token was never given out.</summary>
    public void Remove(string sid) => _slots.Remove(sid);

    /// <summary>Forgets all sessions.</summary>
    public void Clear() => _slots.Clear();

    /// <summary>Forgets the sessions of which no token can be valid any more.</summary>
    /// <param name="now">Epoch milliseconds.</param>
    /// <param name="gone">Takes their sids.</param>
    public void Sweep(long now, List<string> gone)
    {
        BringBack(now);
        foreach (var slot in _slots.Values)
        {
            // What was minted within the last minute still counts for the rate.
            if (Math.Max(Math.Max(slot.ExpiresAt + KnownAfterExpiry, slot.HeldUntil), slot.MintedAt + Minute) > now)
                continue;
            gone.Add(slot.Sid);
            _slots.Remove(slot.Sid);
        }
    }

    /// <summary>How many of its sessions were minted within the last minute.</summary>
    /// <param name="now">Epoch milliseconds.</param>
    public int MintedWithinAMinute(long now) => _slots.Values.Count(slot => slot.MintedAt > now - Minute);

    /// <summary>A clock that was far ahead and was set right must not leave slots held for as long.</summary>
    private void BringBack(long now)
    {
        foreach (var slot in _slots.Values)
        {
            if (slot.MintedAt > now + ClockStep || slot.HeldUntil > now + HoldFor + ClockStep || slot.SeenAt > now + ClockStep)
                _slots[slot.Sid] = slot with { MintedAt = Math.Min(slot.MintedAt, now), SeenAt = Math.Min(slot.SeenAt, now), HeldUntil = Math.Min(slot.HeldUntil, now + HoldFor) };
        }
    }

    private static long Nth(List<long> times, int index)
    {
        times.Sort();
        return times[index];
    }
}
