using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;

namespace Portcullis.Local.Storage;

/// <summary>One change to a database: applied within a transaction that it may share with others.</summary>
internal interface IWrite
{
    /// <summary>Makes the change; the transaction is open.</summary>
    void Apply(SqliteConnection connection);

    /// <summary>The transaction is on disk.</summary>
    void Commit();

    /// <summary>Nothing of the transaction was kept, or that is not known.</summary>
    void Fail(Exception error);
}

/// <summary>
/// The only writer of a database: takes what has queued up while the last transaction went to disk and commits it together.
/// </summary>
/// <remarks>When idle it proves every few seconds that it could write, so that a full disk or a lock is known before it matters.</remarks>
internal sealed class GroupCommitWriter : IHealthReporting, IAsyncDisposable
{
    private const int MaxGroup = 512;

    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(2);

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly Channel<IWrite> _queue = Channel.CreateBounded<IWrite>(new BoundedChannelOptions(16_384) { SingleReader = true });
    private readonly Task _loop;
    private SqliteConnection? _connection;
    private volatile StoreHealth _health;

    public GroupCommitWriter(string name, SqliteDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
        _health = new StoreHealth(name, null, time.GetUtcNow());
        _loop = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    public StoreHealth Health => _health;

    public ValueTask EnqueueAsync(IWrite write, CancellationToken cancellation) => _queue.Writer.WriteAsync(write, cancellation);

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        _connection?.Dispose();
    }

    private async Task RunAsync()
    {
        var group = new List<IWrite>(MaxGroup);
        while (true)
        {
            using (var idle = new CancellationTokenSource(ProbeEvery, _time))
            {
                try
                {
                    if (!await _queue.Reader.WaitToReadAsync(idle.Token).ConfigureAwait(false))
                        return;
                }
                catch (OperationCanceledException)
                {
                    // Nothing to do: an empty group is the probe.
                }
            }
            group.Clear();
            while (group.Count < MaxGroup && _queue.Reader.TryRead(out var write))
                group.Add(write);
            CommitGroup(group);
        }
    }

    private void CommitGroup(List<IWrite> group)
    {
        try
        {
            _connection ??= _database.Open();
            using (var transaction = _connection.BeginTransaction(deferred: false))
            {
                foreach (var write in group)
                    write.Apply(_connection);
                if (group.Count == 0)
                    _connection.Execute("INSERT INTO probe(id, at) VALUES (1, :at) ON CONFLICT(id) DO UPDATE SET at = excluded.at", (":at", _time.GetUtcNow().ToUnixTimeSeconds()));
                transaction.Commit();
            }
        }
        catch (Exception error)
        {
            Report(error is SqliteException sqlite ? $"SQLite error {sqlite.SqliteErrorCode} ({sqlite.SqliteExtendedErrorCode}): {sqlite.Message}" : error.Message);
            // A fresh connection leaves no half-open transaction behind.
            _connection?.Dispose();
            _connection = null;
            foreach (var write in group)
                write.Fail(error);
            return;
        }
        Report(null);
        foreach (var write in group)
        {
            try
            {
                write.Commit();
            }
            catch (Exception error)
            {
                // On disk, but memory did not follow: whoever waits learns of it, and the writer lives on.
                Report(error.Message);
                write.Fail(error);
            }
        }
    }

    private void Report(string? error) => _health = _health.Becoming(error, _time);
}

/// <summary>A change that is done when it is on disk.</summary>
internal sealed class Write<T>(Func<SqliteConnection, T> apply, Action<T>? committed = null) : IWrite
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Done => _done.Task;

    public void Apply(SqliteConnection connection) => _result = apply(connection);

    public void Commit()
    {
        committed?.Invoke(_result);
        _done.TrySetResult(_result);
    }

    public void Fail(Exception error) => _done.TrySetException(new StoreUnavailableException("The store cannot be written now; nothing is known to be kept.", error));
}
