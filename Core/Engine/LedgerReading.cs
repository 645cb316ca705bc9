using Portcullis.Revocations;

namespace Portcullis.Engine;

/// <summary>Reads the ledger forwards.</summary>
public static class LedgerReading
{
    /// <summary>The decisions behind a sequence, oldest first, without a gap; nothing that <see cref="IRevocationLedger.Current"/> does not know yet.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="after">The sequence.</param>
    /// <param name="limit">At most this many, 1 to 1,000.</param>
    /// <param name="cancellation">Ends the read.</param>
    public static async ValueTask<IReadOnlyList<Decision>> ReadAfterAsync(this IRevocationLedger ledger, long after, int limit, CancellationToken cancellation)
    {
        var end = ledger.Current.Sequence;
        // Where sequences have gaps, a stretch may hold fewer than the limit, or none.
        for (var from = after; from < end; from += limit)
        {
            var page = await ledger.HistoryAsync(null, Math.Min(from + limit, end) + 1, limit, cancellation).ConfigureAwait(false);
            if (page.Where(decision => decision.Sequence > from).Reverse().ToList() is { Count: > 0 } decisions)
                return decisions;
        }
        return [];
    }
}
