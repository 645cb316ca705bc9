using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Ledger;

/// <summary>What the whole log tells.</summary>
public sealed partial class DynamoLedger
{
    /// <summary>How many groups are fetched at once.</summary>
    private const int Page = 100;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Decision>> HistoryAsync(Subject? subject, long? before, int limit, CancellationToken cancellation = default) =>
        SearchAsync(new DecisionQuery { Subject = subject }, before, limit, cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Decision>> SearchAsync(DecisionQuery query, long? before, int limit, CancellationToken cancellation = default)
    {
        // No further than to what is published: the rest of the log is not this process's yet.
        var from = Math.Min(before ?? long.MaxValue, Current.Sequence + 1);
        var decisions = query.Subject is { } subject ? AboutAsync(subject, from, cancellation) : AllAsync(from, limit, cancellation);
        var found = new List<Decision>();
        await foreach (var decision in decisions.ConfigureAwait(false))
        {
            if (query.Kind is { } kind && decision.Kind != kind || !query.Filter.Matches(decision))
                continue;
            found.Add(decision);
            if (found.Count == limit)
                break;
        }
        return found;
    }

    /// <inheritdoc/>
    public async ValueTask<int> CountOfAsync(Decision order, CancellationToken cancellation = default) => await _index.CountOfAsync(order, cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<Decision?> FindAsync(string id, CancellationToken cancellation = default) =>
        (await FindAllAsync([id], cancellation).ConfigureAwait(false)).GetValueOrDefault(id);

    private async Task<Dictionary<string, Decision>> FindAllAsync(IEnumerable<string> ids, CancellationToken cancellation)
    {
        var entries = await _index.FindAsync(ids, cancellation).ConfigureAwait(false);
        if (entries.Count == 0)
            return [];
        var groups = await _log.ReadAsync(entries.Values.Select(entry => entry.First), cancellation).ConfigureAwait(false);
        return entries.ToDictionary(entry => entry.Key, entry => At(groups, entry.Value.First, entry.Value.Sequence), StringComparer.Ordinal);
    }

    private async IAsyncEnumerable<Decision> AboutAsync(Subject subject, long before, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var page in (await _index.AboutAsync(subject, before, cancellation).ConfigureAwait(false)).Chunk(Page))
        {
            var groups = await _log.ReadAsync(page.Select(entry => entry.First), cancellation).ConfigureAwait(false);
            foreach (var entry in page)
                yield return At(groups, entry.First, entry.Sequence);
        }
    }

    private async IAsyncEnumerable<Decision> AllAsync(long before, int about, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var group in _log.ReadBeforeAsync(before, about, cancellation).ConfigureAwait(false))
        {
            foreach (var decision in group.Decisions.Reverse().Where(decision => decision.Sequence < before))
                yield return decision;
        }
    }

    private static Decision At(Dictionary<long, LogGroup> groups, long first, long sequence) =>
        groups.TryGetValue(first, out var group) ? group.At(sequence) : throw new StoreUnavailableException($"The ledger's group {first} cannot be read.");
}
