using Portcullis.Engine;

namespace Portcullis.Revocations;

/// <summary>A ledger over a store of its own, for tests that every ledger must pass.</summary>
internal interface ILedgerDriver : IAsyncDisposable
{
    /// <summary>The ledger as it is open now.</summary>
    IRevocationLedger Ledger { get; }

    /// <summary>The same.</summary>
    ILedgerRetention Retention { get; }

    /// <summary>Kills the ledger and opens another over the same store.</summary>
    Task CrashAsync();

    /// <summary>Appends by another ledger over the same store, of which this one is told nothing.</summary>
    Task<LedgerReceipt> AppendByAnotherAsync(Decision decision);

    /// <summary>Has the group fail that a decision is written with, and asserts that whoever asked was told so.</summary>
    Task FailAsync(Decision decision);
}
