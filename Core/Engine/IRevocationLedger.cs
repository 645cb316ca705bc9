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

    /// <summary>
    /// Appends an automatic revocation, or holds it: the breaker judges it in the order of the log, so that many at once cannot slip past
    /// its limit. The receipt's decision says which it became. Without an audience, by the other overload, the least limit holds.
    /// </summary>
    /// <param name="decision">The revocation.</param>
    /// <param name="audience">The live sessions of its asset.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    ValueTask<LedgerReceipt> AppendAsync(Decision decision, LiveAudience audience, CancellationToken cancellation = default);

    /// <summary>Decisions about a subject, or about all when null, newest first.</summary>
    /// <param name="subject">Session or account, or null.</param>
    /// <param name="before">Only decisions with a smaller sequence; null for the newest.</param>
    /// <param name="limit">At most this many, 1 to 1,000.</param>
    /// <param name="cancellation">Ends the read.</param>
    ValueTask<IReadOnlyList<Decision>> HistoryAsync(Subject? subject, long? before, int limit, CancellationToken cancellation = default);

    /// <summary>Decisions that a query finds, newest first.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="before">Only decisions with a smaller sequence; null for the newest.</param>
    /// <param name="limit">At most this many, 1 to 1,000.</param>
    /// <param name="cancellation">Ends the read.</param>
    ValueTask<IReadOnlyList<Decision>> SearchAsync(DecisionQuery query, long? before, int limit, CancellationToken cancellation = default);

    /// <summary>How many decisions a bulk order has led to so far.</summary>
    /// <param name="order">The order, as it stands in the ledger.</param>
    /// <param name="cancellation">Ends the read.</param>
    ValueTask<int> CountOfAsync(Decision order, CancellationToken cancellation = default);

    /// <summary>The decision with an id, or null.</summary>
    ValueTask<Decision?> FindAsync(string id, CancellationToken cancellation = default);

    /// <summary>Yields the current state, and again after every change; slow readers skip to the newest.</summary>
    IAsyncEnumerable<RevocationSnapshot> WatchAsync(CancellationToken cancellation);
}
