using System.Globalization;
using Portcullis.Accounts;
using Portcullis.Revocations;

namespace Portcullis.Engine;

/// <summary>What an account store asks of the ledger: which sessions are revoked, and to end some for newer ones.</summary>
/// <param name="ledger">Where endings go.</param>
/// <param name="assets">To know how long tokens may live.</param>
/// <param name="keys">To know whose tokens verify.</param>
/// <param name="time">The clock.</param>
public sealed class AccountEndings(IRevocationLedger ledger, IAssetStore assets, IKeyStore keys, TimeProvider time)
{
    /// <summary>Whether a session is revoked, as the ledger has it now.</summary>
    /// <param name="now">Epoch milliseconds.</param>
    public Func<string, bool> RevokedAt(long now)
    {
        var state = ledger.Current;
        return sid => state.Find(Subject.Session(sid), now / 1000) is not null;
    }

    /// <summary>Ends sessions for a newer one. Durable when the task completes; the same ending tried again is the same decision.</summary>
    /// <param name="slots">The sessions to end.</param>
    /// <param name="limits">The limits that hold for their account.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown, and ending again is safe.</param>
    /// <exception cref="StoreUnavailableException">The ledger cannot be written now.</exception>
    public Task EndAsync(IEnumerable<AccountSlot> slots, AccountLimits limits, CancellationToken cancellation) =>
        Task.WhenAll(slots.Select(slot => ledger.AppendAsync(EndingOf(slot.Sid, limits), cancellation).AsTask()));

    private Decision EndingOf(string sid, AccountLimits limits)
    {
        var subject = Subject.Session(sid);
        var now = time.GetUtcNow();
        var lift = ledger.Current.LastVoid(subject)?.Sequence ?? 0;
        return new Decision
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"limit-{sid}-{lift}"),
            Kind = DecisionKind.Revoke,
            Subject = subject,
            Source = DecisionSource.AccountLimit,
            Reason = string.Create(CultureInfo.InvariantCulture, $"ended for a newer session: the account's limit is {limits.MaxSessions}"),
            Actor = "account limit",
            At = now,
            Until = Decision.LeastUntil(now, assets.Current, keys.Current),
        };
    }
}
