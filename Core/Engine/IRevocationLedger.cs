using Portcullis.Revocations;

namespace Portcullis.Engine;

/// <summary>The append-only ledger of decisions and its current state.</summary>
public interface IRevocationLedger
{
    /// <summary>The current state: everything that is durable, and nothing else.</summary>
    RevocationSnapshot Current { get; }

    /// <summary>
    /// Appends a decision. When the task completes the decision is durable, or the receipt says why nothing was written. A failed or
    /// cancelled task leaves the outcome unknown: append again with the same id.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    ValueTask<LedgerReceipt> AppendAsync(Decision decision, CancellationToken cancellation = default);

    /// <summary>Decisions about a subject, or about all when null, newest first.</summary>
    /// <param name="subject">Session or account, or null.</param>
    /// <param name="before">Only decisions with a smaller sequence; null for the newest.</param>
    /// <param name="limit">At most this many, 1 to 1,000.</param>
    /// <param name="cancellation">Ends the read.</param>
    ValueTask<IReadOnlyList<Decision>> HistoryAsync(Subject? subject, long? before, int limit, CancellationToken cancellation = default);

    /// <summary>The decision with an id, or null.</summary>
    ValueTask<Decision?> FindAsync(string id, CancellationToken cancellation = default);

    /// <summary>Yields the current state, and again after every change; slow readers skip to the newest.</summary>
    IAsyncEnumerable<RevocationSnapshot> WatchAsync(CancellationToken cancellation);
}

/// <summary>What became of an appended decision.</summary>
/// <param name="Effect">Whether it was written, or why not.</param>
/// <param name="Decision">The decision as it stands in the ledger (with its sequence), or as it was offered.</param>
public readonly record struct LedgerReceipt(DecisionEffect Effect, Decision Decision);
