using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Local.Storage;
using Portcullis.Revocations;

namespace Portcullis.Local.Ledger;

/// <summary>The ledger in SQLite: decisions are rows, written in groups, and the current state is their projection in memory.</summary>
internal sealed partial class SqliteLedger : IRevocationLedger
{
    private readonly SqliteDatabase _database;
    private readonly GroupCommitWriter _writer;
    private readonly Lock _watching = new();
    private volatile RevocationSnapshot _current;
    // A failed commit may have reached the disk all the same; then memory lacks its decisions. On the writer's thread only.
    private bool _mayLack;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SqliteLedger(SqliteDatabase database, GroupCommitWriter writer)
    {
        _database = database;
        _writer = writer;
        using var connection = database.Open();
        _current = connection.Query("SELECT sequence, body FROM decisions ORDER BY sequence", Read)
            .Aggregate(RevocationSnapshot.Empty, (state, decision) => state.Apply(decision));
    }

    public RevocationSnapshot Current => _current;

    public async ValueTask<LedgerReceipt> AppendAsync(Decision decision, CancellationToken cancellation = default)
    {
        var append = new Append(this, decision);
        await _writer.EnqueueAsync(append, cancellation).ConfigureAwait(false);
        return await append.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<Decision>> HistoryAsync(Subject? subject, long? before, int limit, CancellationToken cancellation = default)
    {
        using var connection = _database.Open();
        IReadOnlyList<Decision> decisions = connection.Query(
            """
            SELECT sequence, body FROM decisions
            WHERE (:subject IS NULL OR (subject_kind = :kind AND subject = :subject)) AND sequence < :before
            ORDER BY sequence DESC LIMIT :limit
            """,
            Read,
            (":subject", subject?.Value), (":kind", (int?)subject?.Kind), (":before", before ?? long.MaxValue), (":limit", limit));
        return ValueTask.FromResult(decisions);
    }

    public ValueTask<Decision?> FindAsync(string id, CancellationToken cancellation = default)
    {
        using var connection = _database.Open();
        return ValueTask.FromResult(Find(connection, id));
    }

    public async IAsyncEnumerable<RevocationSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_watching)
                changed = _changed.Task;
            yield return _current;
            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private static Decision? Find(SqliteConnection connection, string id) =>
        connection.Query("SELECT sequence, body FROM decisions WHERE id = :id", Read, (":id", id)).FirstOrDefault();

    private static Decision Read(SqliteDataReader row) =>
        JsonSerializer.Deserialize<Decision>(row.GetString(1), StoredJson.Options)! with { Sequence = row.GetInt64(0) };

    private void Publish(RevocationSnapshot state)
    {
        TaskCompletionSource changed;
        lock (_watching)
        {
            _current = state;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }

    /// <summary>Appends one decision. Judged on the writer's thread, against everything before it in the same group.</summary>
    private sealed class Append(SqliteLedger ledger, Decision decision) : IWrite
    {
        private readonly TaskCompletionSource<LedgerReceipt> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private LedgerReceipt _receipt;
        private List<Decision> _lacking = [];

        public Task<LedgerReceipt> Done => _done.Task;

        public void Apply(SqliteConnection connection)
        {
            _lacking = ledger._mayLack ? ledger.ReadAfter(connection, ledger._current.Sequence) : [];
            if (Find(connection, decision.Id) is { } same)
            {
                _receipt = new(DecisionEffect.AlreadyThere, same);
                return;
            }
            var effect = ledger.StateWithin(connection, decision.Subject).Judge(decision);
            if (effect != DecisionEffect.Applies)
            {
                _receipt = new(effect, decision);
                return;
            }
            var sequence = (long)connection.Scalar(
                "INSERT INTO decisions (id, subject_kind, subject, body) VALUES (:id, :kind, :subject, :body) RETURNING sequence",
                (":id", decision.Id), (":kind", (int)decision.Subject.Kind), (":subject", decision.Subject.Value),
                (":body", JsonSerializer.Serialize(decision with { Sequence = 0 }, StoredJson.Options)))!;
            _receipt = new(DecisionEffect.Applies, decision with { Sequence = sequence });
        }

        public void Commit()
        {
            var state = ledger._current;
            foreach (var decision in _lacking.Where(decision => decision.Sequence > state.Sequence))
                state = state.Apply(decision);
            if (_receipt.Effect == DecisionEffect.Applies)
                state = state.Apply(_receipt.Decision);
            ledger._mayLack = false;
            if (state != ledger._current)
                ledger.Publish(state);
            _done.TrySetResult(_receipt);
        }

        public void Fail(Exception error)
        {
            ledger._mayLack = true;
            _done.TrySetException(new StoreUnavailableException("The ledger cannot be written now; whether the decision was kept is not known.", error));
        }
    }

    private List<Decision> ReadAfter(SqliteConnection connection, long sequence) =>
        connection.Query("SELECT sequence, body FROM decisions WHERE sequence > :sequence ORDER BY sequence", Read, (":sequence", sequence));

    /// <summary>The state with the decisions on a subject that this group has written but not committed.</summary>
    private RevocationSnapshot StateWithin(SqliteConnection connection, Subject subject) =>
        connection.Query(
            "SELECT sequence, body FROM decisions WHERE sequence > :known AND subject_kind = :kind AND subject = :subject ORDER BY sequence",
            Read, (":known", _current.Sequence), (":kind", (int)subject.Kind), (":subject", subject.Value))
        .Aggregate(_current, (state, decision) => state.Apply(decision));
}
