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
        private RevocationSnapshot _after = ledger._current;

        public Task<LedgerReceipt> Done => _done.Task;

        public void Apply(SqliteConnection connection)
        {
            ledger.CatchUp(connection);
            _receipt = Decide(connection);
            _after = ledger._ahead;
        }

        public void Commit()
        {
            ledger.Publish(_after);
            _done.TrySetResult(_receipt);
        }

        public void Fail(Exception error)
        {
            ledger._isStale = true;
            // If it is on the disk all the same, it is counted when it is found there.
            if (_receipt is { Effect: DecisionEffect.Applies, Decision.IsAutomatic: true })
                ledger._breaker.Retract(_receipt.Decision);
            _done.TrySetException(new StoreUnavailableException("The ledger cannot be written now; whether the decision was kept is not known.", error));
        }

        private LedgerReceipt Decide(SqliteConnection connection)
        {
            if (LedgerRows.Find(connection, decision.Id) is { } same)
                return new(DecisionEffect.AlreadyThere, same);
            var effect = ledger._ahead.Judge(decision);
            // Memory forgets voids one day, the log does not.
            if (effect == DecisionEffect.Applies && decision.IsAutomatic && ledger._ahead.LastVoid(decision.Subject) is null && RevocationSnapshot.Voids(LedgerRows.LastVoid(connection, decision.Subject), decision))
                effect = DecisionEffect.Voided;
            if (effect != DecisionEffect.Applies)
                return new(effect, decision);
            var kept = decision.IsAutomatic ? Limit(decision) : decision;
            var sequence = (long)connection.Scalar(
                "INSERT INTO decisions (id, subject_kind, subject, body) VALUES (:id, :kind, :subject, :body) RETURNING sequence",
                (":id", kept.Id), (":kind", (int)kept.Subject.Kind), (":subject", kept.Subject.Value),
                (":body", LedgerRows.BodyOf(kept)))!;
            kept = kept with { Sequence = sequence };
            ledger._ahead = ledger._ahead.Apply(kept);
            return new(DecisionEffect.Applies, kept);
        }

        private Decision Limit(Decision asked)
        {
            var now = ledger.Milliseconds;
            var cause = ledger._breaker.Judge(asked, audience, now);
            var kept = asked with { Kind = cause is null ? DecisionKind.Revoke : DecisionKind.Hold, HeldFor = cause };
            ledger._breaker.Count(kept, now);
            return kept;
        }
    }
}
