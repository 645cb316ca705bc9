using Portcullis.Accounts;

namespace Portcullis.Local.Accounts;

/// <summary>One account in memory. Settings and slots are read and changed under its stripe's lock only.</summary>
internal sealed class Account : IDisposable
{
    /// <summary>Decisions about the account follow one another, those that wait for the ledger included.</summary>
    public readonly SemaphoreSlim Turn = new(1, 1);

    public readonly AccountSlots Slots = new();

    public AccountSettings Settings = AccountSettings.None;

    /// <summary>How many are at work on it or wait for it; while there are any it is not dropped.</summary>
    public int Users;

    /// <summary>Whether nothing is known of it any more.</summary>
    public bool IsEmpty => Users == 0 && Slots.All.Count == 0 && Settings == AccountSettings.None;

    public void Dispose() => Turn.Dispose();
}
