using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Local.Storage;
using Portcullis.Revocations;

namespace Portcullis.Local.Ledger;

/// <summary>Retention: evidence goes when its time is over; who was blocked until when, by which source, stays.</summary>
internal sealed partial class SqliteLedger
{
    /// <summary>Rows that one transaction changes: decisions wait for no more than that.</summary>
    private const int RetentionBatch = 500;

    /// <summary>Deletes the evidence of automatic decisions from before a time. Durable when the task completes.</summary>
    /// <param name="before">The time.</param>
    /// <param name="cancellation">Ends the wait; going on later is safe.</param>
    /// <returns>How many decisions had evidence.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    public async Task<int> ForgetEvidenceAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        List<long> expired;
        // Looked for beside the writer: most of the time there is nothing to write.
        using (var connection = _database.Open())
            expired = LedgerRows.WithEvidenceBefore(connection, before);
        foreach (var batch in expired.Chunk(RetentionBatch))
        {
            var write = new Write<bool>(connection => ForgetEvidence(connection, batch, before), _ => Publish(_current.WithoutEvidenceBefore(before)));
            await _writer.EnqueueAsync(write, cancellation).ConfigureAwait(false);
            await write.Done.WaitAsync(cancellation).ConfigureAwait(false);
        }
        return expired.Count;
    }

    private bool ForgetEvidence(SqliteConnection connection, long[] sequences, DateTimeOffset before)
    {
        CatchUp(connection);
        foreach (var sequence in sequences)
        {
            // Read again: it may have been erased meanwhile.
            var decision = LedgerRows.At(connection, sequence).WithoutEvidence();
            connection.Execute("UPDATE decisions SET body = :body WHERE sequence = :sequence", (":sequence", sequence), (":body", JsonSerializer.Serialize(decision with { Sequence = 0 }, StoredJson.Options)));
        }
        _ahead = _ahead.WithoutEvidenceBefore(before);
        return true;
    }
}
