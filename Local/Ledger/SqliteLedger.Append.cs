using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Local.Storage;
using Portcullis.Revocations;

namespace Portcullis.Local.Ledger;

internal sealed partial class SqliteLedger
{
    /// <summary>Appends one decision. Judged on the writer's thread, against everything before it in the same group.</summary>
    private sealed class Append(SqliteLedger ledger, Decision decision, LiveAudience audience) : IWrite
    {
        private readonly TaskCompletionSource<LedgerReceipt> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private LedgerReceipt _receipt;
        private RevocationSnapshot _after = ledger.Current;

        public Task<LedgerReceipt> Done => _done.Task;

        public void Apply(SqliteConnection connection)
        {
            ledger.CatchUp(connection);
            _receipt = Decide(connection);
            _after = ledger._projection.Ahead;
        }

        public void Commit()
        {
            ledger._projection.Publish(_after);
            _done.TrySetResult(_receipt);
        }

        public void Fail(Exception error)
        {
            ledger._isStale = true;
            ledger._projection.Retract(_receipt);
            _done.TrySetException(new StoreUnavailableException("The ledger cannot be written now; whether the decision was kept is not known.", error));
        }

        private LedgerReceipt Decide(SqliteConnection connection)
        {
            if (LedgerRows.Find(connection, decision.Id) is { } same)
                return new(DecisionEffect.AlreadyThere, same);
            var receipt = ledger._projection.Judge(decision, audience, subject => LedgerRows.LastVoid(connection, subject));
            if (receipt.Effect != DecisionEffect.Applies)
                return receipt;
            var kept = receipt.Decision;
            var sequence = (long)connection.Scalar(
                "INSERT INTO decisions (id, subject_kind, subject, body) VALUES (:id, :kind, :subject, :body) RETURNING sequence",
                (":id", kept.Id), (":kind", (int)kept.Subject.Kind), (":subject", kept.Subject.Value),
                (":body", LedgerRows.BodyOf(kept)))!;
            kept = kept with { Sequence = sequence };
            ledger._projection.Take(kept);
            return new(DecisionEffect.Applies, kept);
        }
    }
}
