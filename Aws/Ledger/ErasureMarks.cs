using Portcullis.Aws.Tables;

namespace Portcullis.Aws.Ledger;

/// <summary>Which accounts were erased, in order: so that a process which has texts in memory takes them out there, and keeps none of them in a snapshot.</summary>
internal sealed class ErasureMarks(DynamoTable table)
{
    private const string Tag = "AccountTag";

    /// <summary>Writes a mark.</summary>
    public async Task MarkAsync(string tag, CancellationToken cancellation)
    {
        for (var number = 1L; ; number++)
        {
            await foreach (var last in table.QueryAsync(LedgerKeys.Erasures, Number.Sortable(number), descending: true, cancellation: cancellation).ConfigureAwait(false))
            {
                number = Number.OfSortable(last[DynamoTable.Sort].S) + 1;
                break;
            }
            // An own attempt whose answer was lost has taken the place: one mark too many harms nobody.
            if (await table.PutAsync(
                new() { [DynamoTable.Partition] = new(LedgerKeys.Erasures), [DynamoTable.Sort] = new(Number.Sortable(number)), [Tag] = new(tag) },
                DynamoTable.IsFree, null, cancellation).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    /// <summary>The marks after a number.</summary>
    public async Task<List<(long Number, string Tag)>> ReadAfterAsync(long number, CancellationToken cancellation)
    {
        var marks = new List<(long, string)>();
        await foreach (var item in table.QueryAsync(LedgerKeys.Erasures, Number.Sortable(number + 1), cancellation: cancellation).ConfigureAwait(false))
            marks.Add((Number.OfSortable(item[DynamoTable.Sort].S), item[Tag].S));
        return marks;
    }
}
