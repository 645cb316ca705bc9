using System.Globalization;
using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Tables;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Ledger;

/// <summary>
/// Finds decisions by id, subject, account and order. Its items are derived from the log and written after it; a cursor tells how far, and
/// what lies behind the cursor is in memory, so that both together always know the whole log.
/// </summary>
internal sealed class LedgerIndex(DynamoTable table, TimeProvider time)
{
    private const int MaxRound = 500, AtOnce = 4;

    private const string Cursor = "cursor", LastSequence = "LastSequence", Sequence = "DecisionSequence", First = "FirstSequence", Kind = "DecisionKind";

    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, IndexEntry> _recent = new(StringComparer.Ordinal);
    private readonly Queue<IndexEntry> _toWrite = new();
    private readonly Wake _wake = new(signalled: false);

    /// <summary>Why the last round failed, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>Up to which sequence everything is in the table.</summary>
    public async Task<long> ReadCursorAsync(CancellationToken cancellation) =>
        await table.FindAsync(LedgerKeys.Index, Cursor, cancellation).ConfigureAwait(false) is { } item ? Number.In(item, LastSequence) : 0;

    /// <summary>Takes a group that is durable, in the order of the log.</summary>
    public void Add(LogGroup group)
    {
        lock (_lock)
        {
            foreach (var entry in IndexEntry.Of(group))
            {
                _recent[entry.Id] = entry;
                _toWrite.Enqueue(entry);
            }
        }
        _wake.Signal();
    }

    /// <summary>Writes what was added, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (!await WriteSomeAsync(cancellation).ConfigureAwait(false))
                    await _wake.WaitAsync(Timeout.InfiniteTimeSpan, time, cancellation).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // Health says so; the entries stay in memory meanwhile. When it is the end, the wait ends at once.
                await _wake.WaitAsync(TryAgainAfter, TimeProvider.System, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes the oldest that were added, and then the cursor.</summary>
    /// <returns>Whether there were any.</returns>
    public async Task<bool> WriteSomeAsync(CancellationToken cancellation)
    {
        IndexEntry[] entries;
        lock (_lock)
        {
            // Whole groups: a start reads the log from the cursor, and would pass over the rest of a group that it stands in.
            var last = _toWrite.Skip(MaxRound - 1).FirstOrDefault()?.First;
            entries = [.. _toWrite.TakeWhile((entry, i) => i < MaxRound || entry.First == last)];
        }
        if (entries.Length == 0)
            return false;
        try
        {
            var writes = entries.SelectMany(ItemsOf).Select(DynamoTable.Putting).Chunk(DynamoTable.MaxBatch);
            await Parallel.ForEachAsync(writes, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (batch, token) =>
                await table.WriteAsync(batch, token).ConfigureAwait(false)).ConfigureAwait(false);
            await MoveCursorAsync(entries[^1].Sequence, cancellation).ConfigureAwait(false);
            Error = null;
        }
        catch (Exception error)
        {
            Error = error.Message;
            throw;
        }
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                _toWrite.Dequeue();
                _recent.Remove(entry.Id);
            }
        }
        return true;
    }

    /// <summary>The entries of some ids, as far as they are in the log as it was added.</summary>
    public async Task<Dictionary<string, IndexEntry>> FindAsync(IEnumerable<string> ids, CancellationToken cancellation)
    {
        var found = new Dictionary<string, IndexEntry>(StringComparer.Ordinal);
        var missing = new HashSet<string>(StringComparer.Ordinal);
        lock (_lock)
        {
            foreach (var id in ids)
            {
                if (_recent.TryGetValue(id, out var entry))
                    found[id] = entry;
                else
                    missing.Add(id);
            }
        }
        var answers = await Task.WhenAll(missing.Chunk(DynamoTable.MaxGetBatch).Select(ids =>
            table.FindAllAsync(ids.Select(id => (LedgerKeys.OfId(id), LedgerKeys.Only)), cancellation).ToListAsync(cancellation).AsTask())).ConfigureAwait(false);
        foreach (var item in answers.SelectMany(answer => answer))
        {
            var id = item[DynamoTable.Partition].S[LedgerKeys.OfId("").Length..];
            found[id] = new IndexEntry(Number.In(item, Sequence), Number.In(item, First), id, default, default, null);
        }
        return found;
    }

    /// <summary>The entries about a subject, the newest first.</summary>
    public async Task<List<(long Sequence, long First, DecisionKind Kind)>> AboutAsync(Subject subject, long before, CancellationToken cancellation)
    {
        var entries = Recent(entry => entry.Subject == subject && entry.Sequence < before);
        await foreach (var item in table.QueryAsync(LedgerKeys.About(subject), LedgerKeys.Place(subject, 0), LedgerKeys.Place(subject, before - 1), cancellation: cancellation).ConfigureAwait(false))
            Add(entries, item, SubjectOf(item));
        return [.. entries.Values.OrderByDescending(entry => entry.Sequence).Select(entry => (entry.Sequence, entry.First, entry.Kind))];
    }

    /// <summary>First sequences of the groups that hold decisions about an account and its sessions.</summary>
    public async Task<List<long>> OfAccountAsync(string tag, CancellationToken cancellation)
    {
        var entries = Recent(entry => entry.Subject.IsOfAccount(tag));
        await foreach (var item in table.QueryAsync(LedgerKeys.AboutOwner(tag), cancellation: cancellation).ConfigureAwait(false))
        {
            if (SubjectOf(item) is { Kind: SubjectKind.Session or SubjectKind.Account } subject && subject.IsOfAccount(tag))
                Add(entries, item, subject);
        }
        return [.. entries.Values.Select(entry => entry.First).Distinct().Order()];
    }

    /// <summary>How many decisions belong to a bulk order.</summary>
    public async Task<int> CountOfAsync(Decision order, CancellationToken cancellation)
    {
        var sequences = Recent(entry => entry.Order == order.Id && entry.Sequence > order.Sequence).Keys.ToHashSet();
        await foreach (var item in table.QueryAsync(LedgerKeys.OfOrder(order.Id), Number.Sortable(order.Sequence + 1), cancellation: cancellation).ConfigureAwait(false))
            sequences.Add(Number.OfSortable(item[DynamoTable.Sort].S));
        return sequences.Count;
    }

    /// <summary>What is in memory, looked at before the table: what leaves memory meanwhile is in the table by then.</summary>
    private Dictionary<long, IndexEntry> Recent(Func<IndexEntry, bool> isMeant)
    {
        lock (_lock)
            return _toWrite.Where(isMeant).ToDictionary(entry => entry.Sequence);
    }

    private static void Add(Dictionary<long, IndexEntry> entries, Dictionary<string, AttributeValue> item, Subject subject)
    {
        var sequence = Number.OfSortable(item[DynamoTable.Sort].S.AsSpan(item[DynamoTable.Sort].S.LastIndexOf('#') + 1));
        entries[sequence] = new IndexEntry(sequence, Number.In(item, First), "", subject, (DecisionKind)Number.In(item, Kind), null);
    }

    private static Subject SubjectOf(Dictionary<string, AttributeValue> item)
    {
        var place = item[DynamoTable.Sort].S;
        var (kind, end) = (place.IndexOf('#'), place.LastIndexOf('#'));
        return new Subject((SubjectKind)int.Parse(place.AsSpan(0, kind), CultureInfo.InvariantCulture), place[(kind + 1)..end]);
    }

    private static IEnumerable<Dictionary<string, AttributeValue>> ItemsOf(IndexEntry entry)
    {
        yield return Item(LedgerKeys.OfId(entry.Id), LedgerKeys.Only, (Sequence, entry.Sequence), (First, entry.First));
        yield return Item(LedgerKeys.About(entry.Subject), LedgerKeys.Place(entry.Subject, entry.Sequence), (First, entry.First), (Kind, (int)entry.Kind));
        if (entry.Order is { } order)
            yield return Item(LedgerKeys.OfOrder(order), Number.Sortable(entry.Sequence), (First, entry.First));
    }

    private static Dictionary<string, AttributeValue> Item(string partition, string sort, params ReadOnlySpan<(string Name, long Number)> numbers)
    {
        var item = new Dictionary<string, AttributeValue> { [DynamoTable.Partition] = new(partition), [DynamoTable.Sort] = new(sort) };
        foreach (var (name, number) in numbers)
            item[name] = Number.Of(number);
        return item;
    }

    /// <summary>Never back: another process may be further.</summary>
    private Task<bool> MoveCursorAsync(long sequence, CancellationToken cancellation) => table.PutAsync(
        Item(LedgerKeys.Index, Cursor, (LastSequence, sequence)),
        $"{DynamoTable.IsFree} OR {LastSequence} < :last", new() { [":last"] = Number.Of(sequence) }, cancellation);
}
