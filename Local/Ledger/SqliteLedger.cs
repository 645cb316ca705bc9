using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Local.Storage;
using Portcullis.Revocations;

namespace Portcullis.Local.Ledger;

/// <summary>
/// The ledger in SQLite: decisions are rows, written in groups, and the current state is their projection in memory, of those that can still
/// stand. Everything is judged on the writer's thread, in the order of the log.
/// </summary>
internal sealed partial class SqliteLedger : IRevocationLedger
{
    private readonly SqliteDatabase _database;
    private readonly GroupCommitWriter _writer;
    private readonly TimeProvider _time;
    private readonly Breaker _breaker;
    private readonly Lock _watching = new();
    private volatile RevocationSnapshot _current;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // On the writer's thread only: the state with what the group under way has written, and whether it must be read anew because the last
    // group failed; its commit may have reached the disk all the same.
    private RevocationSnapshot _ahead;
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
        _breaker = new Breaker(breaker ?? new BreakerOptions());
        using var connection = database.Open();
        _current = _ahead = LedgerRows.ReadState(connection, _sweptAt = Seconds);
        ReadLastMinute(connection);
    }

    public RevocationSnapshot Current => _current;

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

    /// <summary>Forgets in memory what has ended; reads it again when the clock has gone back since. For every minute or so.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public async ValueTask SweepAsync(CancellationToken cancellation)
    {
        var sweep = new Write<RevocationSnapshot>(Sweep, Publish);
        await _writer.EnqueueAsync(sweep, cancellation).ConfigureAwait(false);
        await sweep.Done.WaitAsync(cancellation).ConfigureAwait(false);
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

    private void Publish(RevocationSnapshot state)
    {
        if (state == _current)
            return;
        TaskCompletionSource changed;
        lock (_watching)
        {
            _current = state;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }

    private RevocationSnapshot Sweep(SqliteConnection connection)
    {
        CatchUp(connection);
        var now = Seconds;
        // A clock that had run ahead has made us forget what still stands.
        _ahead = now < _sweptAt ? LedgerRows.ReadState(connection, now) : _ahead.Without(now);
        _sweptAt = now;
        return _ahead;
    }

    /// <summary>After a failed group: takes what reached the disk all the same, and drops what did not.</summary>
    private void CatchUp(SqliteConnection connection)
    {
        if (!_isStale)
            return;
        _ahead = _current;
        foreach (var decision in LedgerRows.ReadAfter(connection, _current.Sequence))
        {
            _ahead = _ahead.Apply(decision);
            if (decision.IsAutomatic)
                _breaker.Count(decision, Milliseconds);
        }
        _isStale = false;
    }

    /// <summary>Tells the breaker the last minute by the wall clock, which is all that a restart leaves: only one that was put on meanwhile hides some of it.</summary>
    private void ReadLastMinute(SqliteConnection connection)
    {
        var (now, ticks) = (_time.GetUtcNow(), Milliseconds);
        foreach (var decision in LedgerRows.ReadAskedAfter(connection, now.AddMilliseconds(-Breaker.Window)))
            _breaker.Count(decision, ticks - Math.Max(0, (long)(now - decision.At).TotalMilliseconds));
    }

    /// <summary>Milliseconds on a clock that never goes back.</summary>
    private long Milliseconds => (long)_time.GetElapsedTime(0).TotalMilliseconds;
}
