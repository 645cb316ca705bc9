using System.Threading.Channels;
using Amazon.DynamoDBv2;
using Portcullis.Aws.Tables;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Ledger;

/// <summary>
/// The ledger in a DynamoDB table: what has queued up is written as one item, right after the last one, or not at all. The current state is
/// the projection in memory; a start takes it from a snapshot and the log after it. Several processes may have it open at once.
/// </summary>
/// <remarks>See docs/design/ledger-dynamodb.md.</remarks>
public sealed partial class DynamoLedger : IRevocationLedger, ILedgerRetention, IHealthReporting, IAsyncDisposable
{
    /// <summary>
    /// What has ended is kept in memory so long, in seconds: so that a snapshot of one machine is of use to another whose clock is a bit
    /// behind. It blocks nobody meanwhile.
    /// </summary>
    private const long SweepGrace = 3_600;

    private readonly DynamoLedgerOptions _options;
    private readonly TimeProvider _time;
    private readonly LedgerLog _log;
    private readonly LedgerIndex _index;
    private readonly SnapshotStore _snapshots;
    private readonly ErasureMarks _marks;
    private readonly DynamoTable _table;
    private readonly Channel<LedgerWork> _queue = Channel.CreateBounded<LedgerWork>(new BoundedChannelOptions(16_384) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private LedgerProjection _projection = null!;
    private Task _writing = Task.CompletedTask, _indexing = Task.CompletedTask;
    private bool _isClosed;

    private DynamoLedger(DynamoTable table, DynamoLedgerOptions options, TimeProvider time)
    {
        (_table, _options, _time) = (table, options, time);
        _log = new LedgerLog(table);
        _index = new LedgerIndex(table, time);
        _snapshots = new SnapshotStore(table, time);
        _marks = new ErasureMarks(table);
        _health = new StoreHealth("ledger", null, time.GetUtcNow());
    }

    /// <inheritdoc/>
    public RevocationSnapshot Current => _projection.Current;

    /// <summary>Now less what an ended decision is kept, epoch seconds.</summary>
    private long SweepTime => _time.GetUtcNow().ToUnixTimeSeconds() - SweepGrace;

    /// <summary>Opens the ledger: reads its state, and goes on with what an earlier process has left to do. The table is there already.</summary>
    /// <param name="client">A client for the table; the ledger does not own it.</param>
    /// <param name="options">The table, and how to work.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="StoreUnavailableException">The table cannot be read now.</exception>
    public static async Task<DynamoLedger> OpenAsync(IAmazonDynamoDB client, DynamoLedgerOptions options, TimeProvider time, CancellationToken cancellation = default)
    {
        var ledger = new DynamoLedger(new DynamoTable(client, options.Table), options, time);
        await ledger.StartAsync(cancellation).ConfigureAwait(false);
        return ledger;
    }

    /// <inheritdoc/>
    public ValueTask<LedgerReceipt> AppendAsync(Decision decision, CancellationToken cancellation = default) => AppendAsync(decision, LiveAudience.Unknown, cancellation);

    /// <inheritdoc/>
    /// <exception cref="DecisionTooLargeException">Its texts do not fit into an item.</exception>
    public async ValueTask<LedgerReceipt> AppendAsync(Decision decision, LiveAudience audience, CancellationToken cancellation = default)
    {
        var append = new LedgerAppend(decision, audience, StoredDecisions.SizeOf(decision));
        await EnqueueAsync(append, cancellation).ConfigureAwait(false);
        return await append.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RevocationSnapshot> WatchAsync(CancellationToken cancellation) => _projection.WatchAsync(cancellation);

    /// <summary>Writes what has queued up, the index and, when there is something new, a snapshot; then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, true))
            return;
        _queue.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        var wasKilled = _stopping.IsCancellationRequested;
        await _snapshotting.ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _indexing.ConfigureAwait(false);
        if (!wasKilled)
            await FinishAsync().ConfigureAwait(false);
    }

    /// <summary>Ends as a kill would: whatever is under way ends where it is.</summary>
    internal async Task KillAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What the next start would otherwise have to do.</summary>
    private async Task FinishAsync()
    {
        try
        {
            while (await _index.WriteSomeAsync(CancellationToken.None).ConfigureAwait(false))
            {
            }
            if (Current.Sequence - _snapshotSequence >= Math.Max(1, SnapshotDueAfter / 8))
                await _snapshots.WriteAsync(new StoredSnapshot(Current, _sweptAt, _erasures), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // The next start does it.
            Report(ref _snapshotError, error.Message);
        }
    }

    private async ValueTask EnqueueAsync(LedgerWork work, CancellationToken cancellation)
    {
        try
        {
            await _queue.Writer.WriteAsync(work, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreUnavailableException("The ledger is closed.", closed);
        }
    }

    private async Task<T> ChangeAsync<T>(Func<CancellationToken, Task<T>> run, CancellationToken cancellation)
    {
        var change = new LedgerChange<T>(run);
        await EnqueueAsync(change, cancellation).ConfigureAwait(false);
        return await change.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }
}
