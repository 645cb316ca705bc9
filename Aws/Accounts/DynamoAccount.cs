using System.Collections.Concurrent;
using Portcullis.Accounts;

namespace Portcullis.Aws.Accounts;

/// <summary>One account in memory. Everything but what is still to be stored is used in its turn only.</summary>
internal sealed class DynamoAccount(string tag) : IDisposable
{
    /// <summary>Decisions about the account follow one another, those that wait for the table included.</summary>
    public readonly SemaphoreSlim Turn = new(1, 1);

    /// <summary>Sessions whose tokens were not given out, and which may be stored all the same.</summary>
    public readonly ConcurrentDictionary<string, byte> InVain = new(StringComparer.Ordinal);

    /// <summary>Renewals that could not be stored: when the first token was minted and the newest ends, epoch milliseconds.</summary>
    public readonly ConcurrentDictionary<string, (long StartedAt, long ExpiresAt)> Renewals = new(StringComparer.Ordinal);

    /// <summary>How many are at work on it or wait for it, and when the last one was; under the lock of all accounts.</summary>
    public int Users;

    public long UsedAt;

    public string Tag => tag;

    public AccountSlots Slots { get; } = new();

    public AccountSettings Settings { get; private set; } = AccountSettings.None;

    /// <summary>The stored revision that memory follows; null for none stored.</summary>
    public string? Revision { get; private set; }

    /// <summary>Whether memory is what is stored, as far as known.</summary>
    public bool IsRead { get; private set; }

    public bool IsUnsettled => !InVain.IsEmpty || !Renewals.IsEmpty;

    /// <summary>Takes in what is stored. Of sessions that were known already, what memory knows beyond it stays.</summary>
    /// <param name="revision">The stored revision.</param>
    /// <param name="settings">The stored settings.</param>
    /// <param name="sessions">The stored sessions.</param>
    /// <param name="stoppedAt">A time before which the service did not stop, epoch milliseconds.</param>
    /// <param name="startedAt">When it started, epoch milliseconds.</param>
    public void Take(string? revision, AccountSettings settings, IReadOnlyList<(string Sid, long MintedAt, long ExpiresAt)> sessions, long stoppedAt, long startedAt)
    {
        (IsRead, Settings, Revision) = (true, settings, revision);
        var stored = sessions.Select(session => session.Sid).ToHashSet(StringComparer.Ordinal);
        foreach (var slot in Slots.All.Where(slot => !stored.Contains(slot.Sid)).ToList())
            Slots.Remove(slot.Sid);
        foreach (var (sid, mintedAt, expiresAt) in sessions)
        {
            if (Slots.Find(sid) is null)
                Slots.Restore(sid, mintedAt, expiresAt, stoppedAt, startedAt);
            else
                Slots.Renew(sid, mintedAt, expiresAt);
        }
        foreach (var (sid, (minted, expires)) in Renewals)
            Slots.Renew(sid, minted, expires);
        foreach (var sid in InVain.Keys)
            Slots.Remove(sid);
    }

    /// <summary>Takes in that memory was stored. What was written before by an attempt of unknown outcome cannot get in any more.</summary>
    public void Stored(string revision)
    {
        (IsRead, Revision) = (true, revision);
        InVain.Clear();
        foreach (var (sid, renewal) in Renewals)
        {
            // One that memory does not know any more is over, or had no room: there is nothing left to store.
            if (Slots.Find(sid) is not { } slot || slot.ExpiresAt >= renewal.ExpiresAt)
                Renewals.TryRemove(KeyValuePair.Create(sid, renewal));
        }
    }

    public void Set(AccountSettings settings) => Settings = settings;

    /// <summary>Memory may not be what is stored: it is read before it is used again.</summary>
    public void Doubt() => IsRead = false;

    public void Dispose() => Turn.Dispose();
}
