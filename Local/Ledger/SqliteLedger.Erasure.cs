using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Local.Storage;
using Portcullis.Revocations;

namespace Portcullis.Local.Ledger;

/// <summary>Erasure: the texts of decisions go; their order, ids, subjects and ends stay, and with them every block.</summary>
internal sealed partial class SqliteLedger
{
    /// <inheritdoc/>
    public async Task<int> EraseAsync(string tag, CancellationToken cancellation)
    {
        var erased = await RewriteAsync(connection => EraseTexts(connection, tag), state => state.WithoutTextsOf(tag), cancellation).ConfigureAwait(false);
        await _database.EmptyLogAsync(cancellation).ConfigureAwait(false);
        return erased;
    }

    private static int EraseTexts(SqliteConnection connection, string tag)
    {
        var erased = 0;
        var decisions = connection.Query(
            """
            SELECT sequence, body FROM decisions
            WHERE (subject_kind = :session AND subject >= :from AND subject < :until) OR (subject_kind = :account AND subject = :tag)
            """,
            LedgerRows.Read,
            (":session", (int)SubjectKind.Session), (":from", tag + "_"), (":until", tag + "`"), (":account", (int)SubjectKind.Account), (":tag", tag));
        foreach (var decision in decisions.Where(decision => decision.Subject.IsOfAccount(tag) && decision.Reason != Decision.ErasedReason))
            erased += LedgerRows.Rewrite(connection, decision.WithoutTexts());
        return erased;
    }

    /// <summary>Changes texts of decisions in the log, and in memory alike, in its order with everything else. Durable when the task completes.</summary>
    private async Task<int> RewriteAsync(Func<SqliteConnection, int> rows, Func<RevocationSnapshot, RevocationSnapshot> state, CancellationToken cancellation)
    {
        var write = new Write<int>(
            connection =>
            {
                CatchUp(connection);
                var changed = rows(connection);
                _projection.Change(state);
                return changed;
            },
            _ => _projection.Publish(state(_projection.Current)));
        await _writer.EnqueueAsync(write, cancellation).ConfigureAwait(false);
        return await write.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }
}
