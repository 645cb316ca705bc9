using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Tables;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Ledger;

/// <summary>The log in its table: groups of decisions, each an item whose sort key is its first sequence.</summary>
/// <remarks>
/// Groups leave no gap, so whoever writes must have seen all before: the place right after the last group is free for one. That is order,
/// atomicity and fencing in one conditional write.
/// </remarks>
internal sealed class LedgerLog(DynamoTable table)
{
    /// <summary>Most bytes of a group's decisions before they are compressed, unless it is a single one: an item holds 400 KB.</summary>
    public const int MaxGroupBytes = 360_000;

    /// <summary>Most bytes of a body.</summary>
    private const int MaxBody = 390_000;

    private const int Quality = 5, LeastWindow = 128, MostWindow = 65_536;

    private const string GroupId = "GroupId", Count = "DecisionCount", Body = "Body", Revision = "Revision";

    /// <summary>Writes a group into the place right after the last one.</summary>
    /// <returns>False when the place is taken: by another group, or by this one in an earlier attempt.</returns>
    /// <exception cref="StoreUnavailableException">Whether it was written is not known.</exception>
    /// <exception cref="DecisionTooLargeException">It does not fit into an item.</exception>
    public Task<bool> TryAppendAsync(LogGroup group, CancellationToken cancellation) =>
        table.PutAsync(ItemOf(group), DynamoTable.IsFree, null, cancellation);

    /// <summary>The groups after a sequence that is the last of one.</summary>
    public async IAsyncEnumerable<LogGroup> ReadAfterAsync(long sequence, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var item in table.QueryAsync(LedgerKeys.Log, from: Number.Sortable(sequence + 1), cancellation: cancellation).ConfigureAwait(false))
            yield return Read(item);
    }

    /// <summary>The groups that hold decisions before a sequence, and after another, the last group first.</summary>
    /// <param name="before">The sequence; the group that holds the one before it comes whole.</param>
    /// <param name="about">How many decisions will probably do: so much is read at first, then more and more.</param>
    /// <param name="cancellation">Ends the read.</param>
    public async IAsyncEnumerable<LogGroup> ReadBeforeAsync(long before, int about, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var (until, window) = (before - 1, Math.Max(LeastWindow, about)); until > 0; window = Math.Min(MostWindow, window * 4))
        {
            var from = Math.Max(1, until - window + 1);
            await foreach (var item in table.QueryAsync(LedgerKeys.Log, Number.Sortable(from), Number.Sortable(until), descending: true, cancellation: cancellation).ConfigureAwait(false))
                yield return Read(item);
            until = from - 1;
        }
    }

    /// <summary>Groups by their first sequences.</summary>
    public async Task<Dictionary<long, LogGroup>> ReadAsync(IEnumerable<long> firsts, CancellationToken cancellation)
    {
        var groups = new Dictionary<long, LogGroup>();
        await foreach (var item in table.FindAllAsync(firsts.Distinct().Select(first => (LedgerKeys.Log, Number.Sortable(first))), cancellation).ConfigureAwait(false))
        {
            var group = Read(item);
            groups.Add(group.First, group);
        }
        return groups;
    }

    /// <summary>Writes the texts of a group's decisions anew, in their places, so that nothing is lost that somebody else changes in them at the same time.</summary>
    /// <param name="first">The group's first sequence.</param>
    /// <param name="rewrite">The decision as it shall be: the same one when it is so.</param>
    /// <param name="cancellation">Ends the wait; doing it again is safe.</param>
    /// <returns>How many were changed.</returns>
    public async Task<int> RewriteAsync(long first, Func<Decision, Decision> rewrite, CancellationToken cancellation)
    {
        for (var changed = 0; ;)
        {
            if (await table.FindAsync(LedgerKeys.Log, Number.Sortable(first), cancellation).ConfigureAwait(false) is not { } item)
                return changed;
            var group = Read(item);
            List<Decision> decisions = [.. group.Decisions.Select(rewrite)];
            var differing = decisions.Where((decision, i) => !ReferenceEquals(decision, group.Decisions[i])).Count();
            // Nothing left to change is also what an own attempt leaves behind whose answer was lost.
            if (differing == 0)
                return changed;
            changed = differing;
            var condition = new Dictionary<string, AttributeValue> { [":revision"] = Number.Of(group.Revision) };
            if (await table.PutAsync(ItemOf(group with { Decisions = decisions, Revision = group.Revision + 1 }), $"{Revision} = :revision", condition, cancellation).ConfigureAwait(false))
                return changed;
        }
    }

    private static Dictionary<string, AttributeValue> ItemOf(LogGroup group)
    {
        // Its place says which sequences they have.
        var body = StoredDecisions.Write(group.Decisions.Select(decision => decision with { Sequence = 0 }), Quality);
        if (body.Length > MaxBody)
            throw new DecisionTooLargeException(body.Length, MaxBody);
        return new()
        {
            [DynamoTable.Partition] = new(LedgerKeys.Log),
            [DynamoTable.Sort] = new(Number.Sortable(group.First)),
            [GroupId] = new(group.Id),
            [Count] = Number.Of(group.Decisions.Count),
            [Revision] = Number.Of(group.Revision),
            [Body] = new() { B = new MemoryStream(body) },
        };
    }

    private static LogGroup Read(Dictionary<string, AttributeValue> item)
    {
        var first = Number.OfSortable(item[DynamoTable.Sort].S);
        var decisions = StoredDecisions.Read<Decision[]>(item[Body].B);
        if (decisions.Length != Number.In(item, Count))
            throw new StoreUnavailableException($"The ledger's group {first} holds {decisions.Length} decisions instead of {Number.In(item, Count)}.");
        return new LogGroup(item[GroupId].S, first, [.. decisions.Select((decision, i) => decision with { Sequence = first + i })], Number.In(item, Revision));
    }
}
