using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Local.Tests.Ledger;

/// <summary>A ledger that cannot be written any more after some decisions: what a service sees that is killed half way.</summary>
internal sealed class FailingLedger(IRevocationLedger ledger, int lets) : IRevocationLedger
{
    private int _left = lets;

    public RevocationSnapshot Current => ledger.Current;

    public ValueTask<LedgerReceipt> AppendAsync(Decision decision, CancellationToken cancellation = default) =>
        Interlocked.Decrement(ref _left) >= 0 ? ledger.AppendAsync(decision, cancellation) : throw new StoreUnavailableException("Killed.", new IOException());

    public ValueTask<LedgerReceipt> AppendAsync(Decision decision, LiveAudience audience, CancellationToken cancellation = default) => AppendAsync(decision, cancellation);

    public ValueTask<IReadOnlyList<Decision>> HistoryAsync(Subject? subject, long? before, int limit, CancellationToken cancellation = default) => ledger.HistoryAsync(subject, before, limit, cancellation);

    public ValueTask<IReadOnlyList<Decision>> SearchAsync(DecisionQuery query, long? before, int limit, CancellationToken cancellation = default) => ledger.SearchAsync(query, before, limit, cancellation);

    public ValueTask<int> CountOfAsync(Decision order, CancellationToken cancellation = default) => ledger.CountOfAsync(order, cancellation);

    public ValueTask<Decision?> FindAsync(string id, CancellationToken cancellation = default) => ledger.FindAsync(id, cancellation);

    public IAsyncEnumerable<RevocationSnapshot> WatchAsync(CancellationToken cancellation) => ledger.WatchAsync(cancellation);
}
