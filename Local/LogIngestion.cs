using Microsoft.Extensions.Logging;
using Portcullis.Engine;
using Portcullis.Local.Sessions;
using Portcullis.Local.Storage;
using Portcullis.Local.Stream;
using Portcullis.Logs;
using Portcullis.Media;

namespace Portcullis.Local;

/// <summary>The way from the log stream to the sessions, with what makes it exact across restarts: snapshots of states and positions.</summary>
internal sealed partial class LogIngestion : IAsyncDisposable
{
    private static readonly TimeSpan DropIdleEvery = TimeSpan.FromMinutes(1);

    private readonly SessionShards _sessions;
    private readonly SessionSnapshots _snapshots;
    private readonly MediaReader _media;
    private readonly MalformedLines _malformed;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TimeSpan _every;
    private readonly SemaphoreSlim _turn;
    private readonly SemaphoreSlim _storing = new(1, 1);
    private readonly List<ShardReader> _readers;
    private readonly CancellationTokenSource _stopReading = new();
    private readonly CancellationTokenSource _stopSnapshots = new();
    private byte[] _storedTitles = [];
    private Task _reading = Task.CompletedTask;
    private Task _snapshotting = Task.CompletedTask;

    public LogIngestion(LocalOptions options, DataFolder folder, SessionShards sessions, IAssetStore assets, MalformedLines malformed, TimeProvider time, ILoggerFactory loggers)
    {
        _sessions = sessions;
        _malformed = malformed;
        _time = time;
        _log = loggers.CreateLogger<LogIngestion>();
        _every = options.SnapshotEvery;
        Stream = new FileLogStream(folder.CreateFolder("stream").FullName, options.Stream, time);
        _snapshots = new SessionSnapshots(folder.PathOf("sessions.db"), time);
        sessions.Restore(_snapshots.LoadSessions(sessions.Agents, (sid, error) => LogUnreadableSession(sid, error.Message)));
        var positions = _snapshots.LoadPositions();
        foreach (var shard in Stream.Shards.Where(shard => positions.GetValueOrDefault(shard.Id) > shard.End))
            LogShardShorter(shard.Id, positions[shard.Id], shard.End);
        _turn = new SemaphoreSlim(Stream.Shards.Count, Stream.Shards.Count);
        _media = _snapshots.LoadMedia(error => LogUnreadableTitles(error.Message));
        var alignment = new ShardAlignment();
        foreach (var shard in Stream.Shards)
            alignment.Join(shard.Id);
        _readers =
        [
            .. Stream.Shards.Select(shard => new ShardReader(
                shard, positions.GetValueOrDefault(shard.Id), new LogIntake(LogFieldList.Default, LogDataTrust.Required, malformed, _media, time),
                alignment, sessions, assets, _turn)),
        ];
    }

    public FileLogStream Stream { get; }

    public IEnumerable<IHealthReporting> Parts => [Stream, _snapshots];

    public StreamStatus Status
    {
        get
        {
            var newest = _readers.Max(reader => reader.Intake.NewestTime);
            return new StreamStatus(
                _readers.Sum(reader => reader.Intake.Lines),
                _readers.Sum(reader => reader.Intake.Accepted),
                _readers.Sum(reader => reader.Intake.Refused),
                _readers.Sum(reader => reader.Intake.AfterBlock),
                _malformed.Count,
                Stream.Dropped,
                _readers.Sum(reader => reader.Skipped),
                _readers.Sum(reader => reader.Shard.End - reader.Position),
                newest == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(newest),
                _readers.Sum(reader => reader.Intake.Unchecked));
        }
    }

    /// <summary>Where refused requests come from, over all shards, most first.</summary>
    public IReadOnlyList<RefusedSource> RefusedSources => Logs.RefusedSources.Sum(_readers.Select(reader => reader.Intake.RefusedSources));

    public void Start()
    {
        _reading = Task.WhenAll(_readers.Select(reader => Task.Run(() => ReadAsync(reader))));
        _snapshotting = Task.Run(SnapshotRegularlyAsync);
    }

    /// <summary>Reads what is there already, stores it, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync().ConfigureAwait(false);
        var patience = _time.GetTimestamp();
        while (_readers.Any(reader => reader.Position < reader.Shard.End) && _time.GetElapsedTime(patience) < TimeSpan.FromSeconds(2))
            await Task.Delay(10).ConfigureAwait(false);
        await _stopReading.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await _stopSnapshots.CancelAsync().ConfigureAwait(false);
        await _snapshotting.ConfigureAwait(false);
        await SnapshotAsync().ConfigureAwait(false);
    }

    private async Task ReadAsync(ShardReader reader)
    {
        while (!_stopReading.IsCancellationRequested)
        {
            try
            {
                await reader.RunAsync(_stopReading.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopReading.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogReaderFailed(reader.Shard.Id, error);
                await Task.Delay(TimeSpan.FromSeconds(1), _time, _stopReading.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SnapshotRegularlyAsync()
    {
        var droppedAt = _time.GetTimestamp();
        while (!_stopSnapshots.IsCancellationRequested)
        {
            await Task.Delay(_every, _time, _stopSnapshots.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopSnapshots.IsCancellationRequested)
                return;
            await SettleAsync().ConfigureAwait(false);
            if (_time.GetElapsedTime(droppedAt) >= DropIdleEvery)
            {
                droppedAt = _time.GetTimestamp();
                _sessions.DropIdle(EventTime());
            }
            await SnapshotAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Judges quiet sessions, between batches as a snapshot is taken.</summary>
    private async Task SettleAsync()
    {
        try
        {
            await _sessions.SettleAsync(EventTime(), _stopSnapshots.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopSnapshots.IsCancellationRequested)
        {
            // The next start settles them.
        }
    }

    /// <summary>The clock, or the newest line's time while older lines are still being read: their sessions are not idle.</summary>
    private long EventTime()
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return _readers.Any(reader => reader.Position < reader.Shard.End) ? Math.Min(now, _readers.Max(reader => reader.Intake.NewestTime)) : now;
    }

    /// <summary>
    /// States, what was learned of titles, and positions are taken while no batch is under way, so they belong together to the line: after a
    /// restart no line is observed twice and none is missed. Storing them happens beside the reading. A batch that failed is in the states and
    /// not in the positions, its verdicts perhaps undelivered: then nothing is stored, and a restart reads again from the snapshot before.
    /// </summary>
    private async Task SnapshotAsync()
    {
        await _storing.WaitAsync().ConfigureAwait(false);
        try
        {
            await StoreSnapshotAsync().ConfigureAwait(false);
        }
        finally
        {
            _storing.Release();
        }
    }

    /// <summary>Erases the sessions of an account, in memory and as stored. What is read of them from now on makes new ones.</summary>
    /// <param name="tag">The account's tag.</param>
    /// <param name="cancellation">Ends the waits: for a snapshot under way, and for readers of the file.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="StoreUnavailableException">The stored sessions cannot be erased now, or not wholly; erase again.</exception>
    public async Task<int> EraseAsync(string tag, CancellationToken cancellation)
    {
        // A snapshot under way may hold them, and would store them after they were erased.
        await _storing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var inMemory = _sessions.Erase(System.Text.Encoding.ASCII.GetBytes(tag + "_"));
            _malformed.Erase(tag + "_");
            // With positions behind the lines that were read, so that a crash does not bring them back.
            await StoreSnapshotAsync().ConfigureAwait(false);
            // The character after the underscore ends the range of sids.
            var stored = await _snapshots.EraseAsync(tag + "_", tag + "`", cancellation).ConfigureAwait(false);
            return Math.Max(inMemory, stored);
        }
        finally
        {
            _storing.Release();
        }
    }

    private async Task StoreSnapshotAsync()
    {
        List<KeyValuePair<string, byte[]?>> changed;
        Dictionary<string, long> positions;
        byte[] titles;
        for (var i = 0; i < _readers.Count; i++)
            await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_readers.Any(reader => reader.IsUnsettled))
                return;
            changed = _sessions.TakeDirty();
            positions = _readers.ToDictionary(reader => reader.Shard.Id, reader => reader.Position);
            titles = _media.ToBytes();
        }
        finally
        {
            _turn.Release(_readers.Count);
        }
        // Mostly nothing new is learned.
        if (!_snapshots.TrySave(changed, positions, titles.AsSpan().SequenceEqual(_storedTitles) ? [] : [new(SessionSnapshots.Titles, titles)]))
        {
            _sessions.ReturnDirty(changed.Select(session => session.Key));
            LogSnapshotFailed(_snapshots.Health.Error!);
            return;
        }
        _storedTitles = titles;
        try
        {
            Stream.DeleteBefore(positions);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogRetentionFailed(error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stored state of session {Sid} cannot be read and is left out: {Reason}")]
    private partial void LogUnreadableSession(string sid, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was learned of titles cannot be read and is learned anew: {Reason}")]
    private partial void LogUnreadableTitles(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Shard {Shard} was read up to {Position} and ends at {End}: lines were lost, or older files restored; reading goes on at its end")]
    private partial void LogShardShorter(string shard, long position, long end);

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading shard {Shard} failed; it is tried again")]
    private partial void LogReaderFailed(string shard, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sessions could not be stored, it is tried again: {Reason}")]
    private partial void LogSnapshotFailed(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old log files could not be deleted: {Reason}")]
    private partial void LogRetentionFailed(string reason);
}
