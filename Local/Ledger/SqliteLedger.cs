using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Local.Storage;
using Portcullis.Revocations;

namespace Portcullis.Local.Ledger;

/// <summary>
/// The ledger in SQLite: decisions are rows, written in groups, and the current state is their projection in memory, of those that can still
/// stand. Everything is judged on the writer's thread, in the order of the log.
/// </summary>
internal sealed partial class SqliteLedger : IRevocationLedger, ILedgerRetention
{
    private readonly SqliteDatabase _database;
    private readonly GroupCommitWriter _writer;
    private readonly TimeProvider _time;
    private readonly LedgerProjection _projection;

    // On the writer's thread only: whether the state must be read anew because the last group failed; its commit may have reached the disk
    // all the same.
    private bool _isStale;
    private long _sweptAt;

    /// <param name="database">The main database.</param>
    /// <param name="writer">Its only writer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="breaker">When automatic revocations are held; by default as <see cref="BreakerOptions"/> says.</param>
    public SqliteLedger(SqliteDatabase database, GroupCommitWriter writer, TimeProvider time, BreakerOptions? breaker = null)
    {
        _database = database;
        _writer = writer;
        _time = time;
        using var connection = database.Open();
        _projection = new LedgerProjection(LedgerRows.ReadState(connection, _sweptAt = Seconds), time, breaker);
        _projection.CountLastMinute(LedgerRows.ReadAskedAfter(connection, time.GetUtcNow().AddMilliseconds(-Breaker.Window)));
    }

    public RevocationSnapshot Current => _projection.Current;

    private long Seconds => _time.GetUtcNow().ToUnixTimeSeconds();

    public ValueTask<LedgerReceipt> AppendAsync(Decision decision, CancellationToken cancellation = default) => AppendAsync(decision, LiveAudience.Unknown, cancellation);

    public async ValueTask<LedgerReceipt> AppendAsync(Decision decision, LiveAudience audience, CancellationToken cancellation = default)
    {
        var append = new Append(this, decision, audience);
        await _writer.EnqueueAsync(append, cancellation).ConfigureAwait(false);
        return await append.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<Decision>> HistoryAsync(Subject? subject, long? before, int limit, CancellationToken cancellation = default) =>
        SearchAsync(new DecisionQuery { Subject = subject }, before, limit, cancellation);

    public ValueTask<IReadOnlyList<Decision>> SearchAsync(DecisionQuery query, long? before, int limit, CancellationToken cancellation = default)
    {
        using var connection = _database.Open();
        return ValueTask.FromResult<IReadOnlyList<Decision>>(LedgerRows.Search(connection, query, before ?? long.MaxValue, limit));
    }

    public ValueTask<int> CountOfAsync(Decision order, CancellationToken cancellation = default)
    {
        using var connection = _database.Open();
        return ValueTask.FromResult(LedgerRows.CountOf(connection, order));
    }

    public ValueTask<Decision?> FindAsync(string id, CancellationToken cancellation = default)
    {
        using var connection = _database.Open();
        return ValueTask.FromResult(LedgerRows.Find(connection, id));
    }

    public async ValueTask SweepAsync(CancellationToken cancellation)
    {
        var sweep = new Write<RevocationSnapshot>(Sweep, _projection.Publish);
        await _writer.EnqueueAsync(sweep, cancellation).ConfigureAwait(false);
        await sweep.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public IAsyncEnumerable<RevocationSnapshot> WatchAsync(CancellationToken cancellation) => _projection.WatchAsync(cancellation);

    private RevocationSnapshot Sweep(SqliteConnection connection)
    {
        CatchUp(connection);
        var now = Seconds;
        // A clock that had run ahead has made us forget what still stands.
        _projection.Change(ahead => now < _sweptAt ? LedgerRows.ReadState(connection, now) : ahead.Without(now));
        _sweptAt = now;
        return _projection.Ahead;
    }

    /// <summary>After a failed group: takes what reached the disk all the same, and drops what did not.</summary>
    private void CatchUp(SqliteConnection connection)
    {
        if (!_isStale)
            return;
        _projection.Rewind();
        _projection.TakeFound(LedgerRows.ReadAfter(connection, _projection.Current.Sequence));
        _isStale = false;
    }
}
