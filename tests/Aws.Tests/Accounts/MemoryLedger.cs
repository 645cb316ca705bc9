using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.Accounts;

/// <summary>A ledger in memory, as all processes of a test see it at once. It can be made to fail.</summary>
internal sealed class MemoryLedger : IRevocationLedger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Decision> _byId = new(StringComparer.Ordinal);

    private volatile RevocationSnapshot _current = RevocationSnapshot.Empty;

    public volatile bool IsGone;

    public RevocationSnapshot Current => _current;

    public ValueTask<LedgerReceipt> AppendAsync(Decision decision, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (IsGone)
            throw new StoreUnavailableException("The ledger is gone.");
        lock (_lock)
        {
            if (_byId.TryGetValue(decision.Id, out var known))
                return ValueTask.FromResult(new LedgerReceipt(DecisionEffect.Applies, known));
            var effect = _current.Judge(decision);
            if (effect != DecisionEffect.Applies)
                return ValueTask.FromResult(new LedgerReceipt(effect, decision));
            decision = decision with { Sequence = _current.Sequence + 1 };
            _byId[decision.Id] = decision;
            _current = _current.Apply(decision);
            return ValueTask.FromResult(new LedgerReceipt(effect, decision));
        }
    }

    public ValueTask<LedgerReceipt> AppendAsync(Decision decision, LiveAudience audience, CancellationToken cancellation = default) => AppendAsync(decision, cancellation);

    public ValueTask<IReadOnlyList<Decision>> HistoryAsync(Subject? subject, long? before, int limit, CancellationToken cancellation = default) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<Decision>> SearchAsync(DecisionQuery query, long? before, int limit, CancellationToken cancellation = default) => throw new NotSupportedException();

    public ValueTask<int> CountOfAsync(Decision order, CancellationToken cancellation = default) => throw new NotSupportedException();

    public ValueTask<Decision?> FindAsync(string id, CancellationToken cancellation = default) => throw new NotSupportedException();

    public IAsyncEnumerable<RevocationSnapshot> WatchAsync(CancellationToken cancellation) => throw new NotSupportedException();
}
