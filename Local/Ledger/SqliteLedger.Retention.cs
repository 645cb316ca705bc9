using Microsoft.Data.Sqlite;
using Portcullis.Engine;

namespace Portcullis.Local.Ledger;

/// <summary>Retention: evidence goes when its time is over; who was blocked until when, by which source, stays.</summary>
internal sealed partial class SqliteLedger
{
    /// <summary>Rows that one transaction changes: decisions wait for no more than that.</summary>
    private const int RetentionBatch = 500;

    /// <inheritdoc/>
    public async Task<int> ForgetEvidenceAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        List<long> expired;
        // Looked for beside the writer: most of the time there is nothing to write.
        using (var connection = _database.Open())
            expired = LedgerRows.WithEvidenceBefore(connection, before);
        foreach (var batch in expired.Chunk(RetentionBatch))
            await RewriteAsync(connection => ForgetEvidence(connection, batch), state => state.WithoutEvidenceBefore(before), cancellation).ConfigureAwait(false);
        return expired.Count;
    }

    /// <summary>Reads the decisions again: they may have been erased meanwhile.</summary>
    private static int ForgetEvidence(SqliteConnection connection, long[] sequences) =>
        sequences.Sum(sequence => LedgerRows.Rewrite(connection, LedgerRows.At(connection, sequence).WithoutEvidence()));
}
