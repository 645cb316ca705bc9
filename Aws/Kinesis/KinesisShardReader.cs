using Amazon.Runtime;
using Portcullis.Engine;
using Portcullis.Logs;

namespace Portcullis.Aws.Kinesis;

/// <summary>
/// Reads one shard and hands its lines to the engine, batch by batch. It has no thread and no timer: whoever owns it calls
/// <see cref="ReadAsync"/> again and again, after the time that it asks for.
/// </summary>
/// <remarks>One call at a time; the properties may be read from anywhere.</remarks>
public sealed class KinesisShardReader
{
    /// <summary>Time without a read, beyond that between two polls, from which it counts as being behind.</summary>
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromSeconds(5);

    private readonly KinesisStream _stream;
    private readonly KinesisStreamOptions _options;
    private readonly LogIntake _intake;
    private readonly ShardAlignment _alignment;
    private readonly BatchGate _gate;
    private readonly ISessionEngine _engine;
    private readonly IAssetStore _assets;
    private readonly TimeProvider _time;
    private readonly ShardPace _pace;
    private readonly TimeSpan _quiet;
    private volatile ShardCheckpoint _checkpoint;
    private string? _iterator;
    private bool _wasLookedForGaps;
    private long _readAt, _behind = -1, _throttled, _expired, _gaps;

    /// <summary>Puts a reader together; nothing is sent.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="checkpoint">Where the shard's reading starts.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="intake">From lines to slices; this reader's own.</param>
    /// <param name="alignment">Keeps the readers near each other; the shard has joined it.</param>
    /// <param name="gate">Passed with each batch.</param>
    /// <param name="engine">Where the batches go.</param>
    /// <param name="assets">The assets by whose paths and rules lines are reduced.</param>
    /// <param name="time">The clock.</param>
    public KinesisShardReader(
        KinesisStream stream, ShardCheckpoint checkpoint, KinesisStreamOptions options, LogIntake intake, ShardAlignment alignment, BatchGate gate,
        ISessionEngine engine, IAssetStore assets, TimeProvider time)
    {
        (_stream, _checkpoint, _options, _intake, _alignment, _gate, _engine, _assets, _time) = (stream, checkpoint, options, intake, alignment, gate, engine, assets, time);
        _pace = new ShardPace(options.PollEvery, time);
        _quiet = options.PollEvery + LongestQuiet;
        _readAt = time.GetTimestamp();
    }

    /// <summary>How far it has come: everything up to there is observed, and durable where it had to be.</summary>
    public ShardCheckpoint Checkpoint => _checkpoint;

    /// <summary>What the reader counts.</summary>
    public LogIntake Intake => _intake;

    /// <summary>Whether a batch was handed to the engine and did not complete: the sessions may hold lines behind <see cref="Checkpoint"/>.</summary>
    public bool IsUnsettled { get; private set; }

    /// <summary>
    /// How far the last read was behind the shard's tip, in milliseconds; and, where none has been done for some seconds, for how long:
    /// whatever was put since then is unread. Null before the first read, unless that is as long in coming.
    /// </summary>
    public long? MillisBehind
    {
        get
        {
            var behind = Interlocked.Read(ref _behind);
            var quiet = _checkpoint.IsClosed ? TimeSpan.Zero : _time.GetElapsedTime(Interlocked.Read(ref _readAt));
            return quiet > _quiet ? Math.Max(behind, 0) + (long)quiet.TotalMilliseconds : behind >= 0 ? behind : null;
        }
    }

    /// <summary>Reads that were refused because there were too many.</summary>
    public long Throttled => Interlocked.Read(ref _throttled);

    /// <summary>Iterators that had expired and were requested anew.</summary>
    public long Expired => Interlocked.Read(ref _expired);

    /// <summary>How often records were, or may have been, deleted before they could be read.</summary>
    public long Gaps => Interlocked.Read(ref _gaps);

    /// <summary>Reads once and hands on what came.</summary>
    /// <param name="stop">Ends the call before its next batch; the batch under way is finished.</param>
    /// <param name="cancellation">Ends the call; a batch under way is then unsettled.</param>
    /// <returns>How long to wait before the next call; null when the shard is closed and read to its end.</returns>
    /// <exception cref="AmazonServiceException">Kinesis refused for another reason than throttling, or did not answer; call again.</exception>
    public async Task<TimeSpan?> ReadAsync(CancellationToken stop, CancellationToken cancellation)
    {
        if (_checkpoint.IsClosed)
            return null;
        try
        {
            await LookForGapAsync(stop).ConfigureAwait(false);
            _iterator ??= await RequestIteratorAsync(stop).ConfigureAwait(false);
            if (_iterator is null)
                return Close();
            _pace.Begin();
            using var batch = await _stream.GetRecordsAsync(_iterator, _options.MostRecords, stop).ConfigureAwait(false);
            _pace.End(batch.Bytes);
            // If handing it on fails, reading goes on after the last record that is done.
            _iterator = null;
            await ObserveAsync(batch, stop, cancellation).ConfigureAwait(false);
            return Finish(batch);
        }
        catch (AmazonServiceException error) when (error.IsExpiredIterator())
        {
            _iterator = null;
            Interlocked.Increment(ref _expired);
            return TimeSpan.Zero;
        }
        catch (AmazonServiceException error) when (error.IsThrottling())
        {
            Interlocked.Increment(ref _throttled);
            return _pace.AfterRefusal();
        }
        catch
        {
            // The iterator may be what is wrong; the position never is.
            _iterator = null;
            throw;
        }
    }

    private TimeSpan? Finish(RecordBatch batch)
    {
        Interlocked.Exchange(ref _behind, batch.MillisBehindLatest);
        Interlocked.Exchange(ref _readAt, _time.GetTimestamp());
        if (batch.NextIterator is null)
            return Close();
        _iterator = batch.NextIterator;
        // A read may bring nothing although there is more further on. The next line is then about as old as the stream says.
        if (batch.MillisBehindLatest == 0)
            _alignment.Publish(_checkpoint.Shard, null);
        else if (batch.Count == 0)
            _alignment.Publish(_checkpoint.Shard, _time.GetUtcNow().ToUnixTimeMilliseconds() - batch.MillisBehindLatest);
        return _pace.AfterRead(batch.MillisBehindLatest > 0 || batch.Count == _options.MostRecords);
    }

    private TimeSpan? Close()
    {
        _checkpoint = _checkpoint with { IsClosed = true };
        Interlocked.Exchange(ref _behind, 0);
        _alignment.Publish(_checkpoint.Shard, null);
        return null;
    }

    private async Task<string?> RequestIteratorAsync(CancellationToken stop)
    {
        var (shard, position, from) = (_checkpoint.Shard, _checkpoint.Position, _checkpoint.From);
        try
        {
            return position is { } last ? await _stream.IteratorAfterAsync(shard, last, stop).ConfigureAwait(false)
                : from is { } time ? await _stream.IteratorFromAsync(shard, time, stop).ConfigureAwait(false)
                : await _stream.OldestIteratorAsync(shard, stop).ConfigureAwait(false);
        }
        catch (AmazonServiceException error) when (error.IsInvalidArgument() && position is not null)
        {
            // The shard no longer knows the record.
            Interlocked.Increment(ref _gaps);
            return await _stream.OldestIteratorAsync(shard, stop).ConfigureAwait(false);
        }
        catch (AmazonServiceException error) when (error.IsInvalidArgument() && from >= _time.GetUtcNow().AddMinutes(-15))
        {
            // By the service's clock the time has not come yet: ours is ahead.
            return await _stream.LatestIteratorAsync(shard, stop).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Asked for what follows a record that it has deleted, a shard starts with the oldest that it keeps, and says nothing. The last record
    /// read is older than all others; if the oldest that is kept is newer, some between may be gone.
    /// </summary>
    private async Task LookForGapAsync(CancellationToken stop)
    {
        if (_wasLookedForGaps || _checkpoint.Position is not { } position)
            return;
        if (await _stream.OldestIteratorAsync(_checkpoint.Shard, stop).ConfigureAwait(false) is { } oldest)
        {
            using var batch = await _stream.GetRecordsAsync(oldest, 1, stop).ConfigureAwait(false);
            if (batch.Count > 0 && batch.NumberOf(0) > position)
                Interlocked.Increment(ref _gaps);
        }
        _wasLookedForGaps = true;
    }

    private async Task ObserveAsync(RecordBatch batch, CancellationToken stop, CancellationToken cancellation)
    {
        var next = 0;
        while (next < batch.Count)
        {
            if (LogLineParser.PeekTime(batch.ContentOf(next), _intake.Fields) is { } time)
            {
                _alignment.Publish(_checkpoint.Shard, time);
                await _alignment.WaitAsync(_checkpoint.Shard, time, stop).ConfigureAwait(false);
            }
            await _gate.EnterAsync(stop).ConfigureAwait(false);
            try
            {
                next = Take(batch, next, _alignment.Horizon(_checkpoint.Shard));
                if (_intake.Batch.Count > 0)
                {
                    IsUnsettled = true;
                    await _engine.ObserveAsync(_intake.Batch, cancellation).ConfigureAwait(false);
                    IsUnsettled = false;
                }
                _checkpoint = _checkpoint with { Position = batch.NumberOf(next - 1) };
            }
            finally
            {
                _intake.Clear();
                _gate.Leave();
            }
        }
    }

    /// <summary>Takes records up to the first that lies beyond the horizon, and at least one.</summary>
    /// <returns>The first record not taken.</returns>
    private int Take(RecordBatch batch, int from, long horizon)
    {
        var assets = _assets.Current;
        var next = from;
        do
        {
            foreach (var line in batch.ContentOf(next).Split((byte)'\n'))
                _intake.TakeOrCount(batch.ContentOf(next)[line], assets);
            next++;
        }
        while (next < batch.Count && (horizon == long.MaxValue || !(LogLineParser.PeekTime(batch.ContentOf(next), _intake.Fields) > horizon)));
        return next;
    }
}
