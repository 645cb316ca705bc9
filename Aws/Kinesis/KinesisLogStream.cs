using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Portcullis.Engine;
using Portcullis.Logs;
using Portcullis.Media;

namespace Portcullis.Aws.Kinesis;

/// <summary>
/// Reads all shards of a stream in one process: finds them, follows resharding, keeps them near each other in event time. Checkpoints are
/// saved by whoever stores the sessions: close the gate, take states and <see cref="Positions"/>, open it; store the states; then
/// <see cref="SaveAsync"/>.
/// </summary>
public sealed partial class KinesisLogStream : IHealthReporting, IAsyncDisposable
{
    private const int ClaimsAtOnce = 8;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly KinesisStreamOptions _options;
    private readonly KinesisStream _stream;
    private readonly ILogCheckpoints _checkpoints;
    private readonly ISessionEngine _engine;
    private readonly IAssetStore _assets;
    private readonly MediaReader _media;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ShardAlignment _alignment = new();
    private readonly ConcurrentDictionary<string, ShardTask> _shards = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ShardCheckpoint> _saved = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _fenced = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _done = new(StringComparer.Ordinal);
    private readonly RetiredCounts _retired = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _abandoning = new();
    private volatile TaskCompletionSource _reshardings = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _listingError;
    private volatile StoreHealth _health;
    private Dictionary<string, ShardCheckpoint>? _known;
    private Task _following = Task.CompletedTask;
    private long _gaps;

    /// <summary>Puts a reader together; nothing is sent before <see cref="Start"/>.</summary>
    /// <param name="connection">Region, endpoint and credentials.</param>
    /// <param name="options">Which stream is read, and how.</param>
    /// <param name="checkpoints">Where checkpoints are kept.</param>
    /// <param name="engine">Where the batches go.</param>
    /// <param name="assets">The assets by whose paths and rules lines are reduced.</param>
    /// <param name="media">What was learned of titles; shared by all readers of an engine.</param>
    /// <param name="malformed">Where malformed lines are counted and kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">For what an operator should know.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public KinesisLogStream(
        AwsConnection connection, KinesisStreamOptions options, ILogCheckpoints checkpoints, ISessionEngine engine, IAssetStore assets,
        MediaReader media, MalformedLines malformed, TimeProvider time, ILoggerFactory loggers)
    {
        options.Validate();
        (_options, _checkpoints, _engine, _assets, _media, Malformed, _time) = (options, checkpoints, engine, assets, media, malformed, time);
        _stream = new KinesisStream(connection, options.Stream);
        _log = loggers.CreateLogger<KinesisLogStream>();
        _health = new StoreHealth("log-stream", null, time.GetUtcNow());
    }

    /// <summary>The malformed lines.</summary>
    public MalformedLines Malformed { get; }

    /// <summary>Close it to see states and <see cref="Positions"/> that belong together.</summary>
    public BatchGate Gate { get; } = new();

    /// <summary>
    /// Whether a batch failed and was not repeated yet: the states may hold lines behind the positions, with their verdicts undelivered.
    /// Then store nothing; to be asked while the gate is closed.
    /// </summary>
    public bool IsUnsettled => _shards.Values.Any(shard => shard.Reader.IsUnsettled);

    /// <summary>How far each shard has come that is read in this process, closed ones included until that is saved.</summary>
    public IReadOnlyList<ShardCheckpoint> Positions => [.. _shards.Values.Select(shard => shard.Reader.Checkpoint)];

    /// <inheritdoc/>
    public StoreHealth Health
    {
        get
        {
            var error = _listingError ?? _shards.Values.Select(shard => shard.Error).FirstOrDefault(error => error is not null)
                ?? (_fenced.Keys.Min() is { } fenced ? $"Shard '{fenced}' of '{_options.Stream}' is read by another process since; this one has stopped reading it." : null);
            return _health = _health.Becoming(error, _time);
        }
    }

    /// <summary>How the stream is doing.</summary>
    public StreamStatus Status
    {
        get
        {
            var readers = _shards.Values.Select(shard => shard.Reader).ToList();
            var total = readers.Aggregate(_retired.Current, (counts, reader) => counts.Plus(reader));
            return new StreamStatus(
                total.Lines, total.Accepted, total.Refused, total.AfterBlock, Malformed.Count, 0, 0, 0,
                total.NewestTime == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(total.NewestTime), total.Unchecked)
            {
                BehindSeconds = readers.Max(reader => reader.MillisBehind) / 1000.0 ?? 0,
                Throttled = total.Throttled,
                Gaps = total.Gaps + Interlocked.Read(ref _gaps),
            };
        }
    }

    /// <summary>Where refused requests come from, over the shards that are read now, most first.</summary>
    public IReadOnlyList<RefusedSource> RefusedSources => Logs.RefusedSources.Sum(_shards.Values.Select(shard => shard.Reader.Intake.RefusedSources));

    /// <summary>
    /// The time by which sessions are idle, epoch milliseconds: the clock's, or the newest line's while older lines are still being read.
    /// </summary>
    public long EventTime()
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var readers = _shards.Values.Select(shard => shard.Reader).ToList();
        var isBehind = readers.Count == 0 || _listingError is not null || readers.Any(reader => reader.MillisBehind is not 0);
        return isBehind ? Math.Min(now, readers.Aggregate(_retired.Current, (counts, reader) => counts.Plus(reader)).NewestTime) : now;
    }

    /// <summary>Begins to read.</summary>
    public void Start() => _following = Task.Run(FollowAsync);

    /// <summary>
    /// Saves positions that were taken with states which are stored by now. Of a shard that another process has claimed since nothing is
    /// saved; its reading ends here, and the health says so.
    /// </summary>
    /// <param name="positions">See <see cref="Positions"/>.</param>
    /// <param name="cancellation">Ends the wait; saving again is safe.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be written now; some positions may have been saved.</exception>
    public Task SaveAsync(IReadOnlyList<ShardCheckpoint> positions, CancellationToken cancellation) => Parallel.ForEachAsync(
        positions.Where(position => _saved.GetValueOrDefault(position.Shard) != position),
        new ParallelOptions { MaxDegreeOfParallelism = ClaimsAtOnce, CancellationToken = cancellation },
        async (position, token) =>
        {
            if (!await _checkpoints.SaveAsync(_options.Stream, position, token).ConfigureAwait(false))
            {
                if (_shards.TryGetValue(position.Shard, out var shard) && shard.Reader.Checkpoint.Owner == position.Owner)
                    await FenceAsync(shard).ConfigureAwait(false);
                return;
            }
            _saved[position.Shard] = position;
            if (position.IsClosed)
                Retire(position.Shard);
        });

    /// <summary>Stops reading. Batches under way are finished, unless that takes longer than a time. Take and save positions afterwards.</summary>
    /// <param name="patience">How long batches under way may take.</param>
    public async Task StopAsync(TimeSpan patience)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        var ending = EndAsync();
        await ending.WaitAsync(patience, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _abandoning.CancelAsync().ConfigureAwait(false);
        await ending.ConfigureAwait(false);
    }

    /// <summary>Stops reading, with a patience of 5 s.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        _stream.Dispose();
        foreach (var shard in _shards.Values)
            shard.Ending.Dispose();
        _stopping.Dispose();
        _abandoning.Dispose();
    }

    private void Begin(ShardCheckpoint checkpoint)
    {
        _known![checkpoint.Shard] = checkpoint;
        _saved[checkpoint.Shard] = checkpoint;
        var intake = new LogIntake(_options.Fields, _options.Trust, Malformed, _media, _time);
        var reader = new KinesisShardReader(_stream, checkpoint, _options, intake, _alignment, Gate, _engine, _assets, _time);
        var shard = new ShardTask(reader, CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token));
        _shards[checkpoint.Shard] = shard;
        shard.Running = Task.Run(() => ReadAsync(shard));
    }

    private async Task ReadAsync(ShardTask shard)
    {
        var (reader, stop) = (shard.Reader, shard.Ending.Token);
        var id = reader.Checkpoint.Shard;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var wait = await TryReadAsync(shard, stop).ConfigureAwait(false);
                if (wait is null)
                {
                    _done[id] = true;
                    _reshardings.TrySetResult();
                    return;
                }
                await Task.Delay(wait.Value, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            _alignment.Leave(id);
        }
    }

    private async Task<TimeSpan?> TryReadAsync(ShardTask shard, CancellationToken stop)
    {
        var id = shard.Reader.Checkpoint.Shard;
        var gaps = shard.Reader.Gaps;
        try
        {
            var wait = await shard.Reader.ReadAsync(stop, _abandoning.Token).ConfigureAwait(false);
            shard.Error = null;
            return wait;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (Exception error)
        {
            // A reader that cannot go on does not hold up the others.
            _alignment.Publish(id, null);
            var text = KinesisErrors.Describe(error, _options.Stream);
            if (shard.Error != text)
                LogReadingFailed(id, _options.Stream, text, error is Amazon.Runtime.AmazonServiceException ? null : error);
            shard.Error = text;
            return RetryAfter;
        }
        finally
        {
            if (shard.Reader.Gaps > gaps)
                LogGap(id, _options.Stream);
        }
    }

    private async Task FenceAsync(ShardTask shard)
    {
        var id = shard.Reader.Checkpoint.Shard;
        _fenced[id] = true;
        LogFenced(id, _options.Stream);
        await EndAsync(shard).ConfigureAwait(false);
        Retire(id);
    }

    private async Task EndAsync()
    {
        await _following.ConfigureAwait(false);
        await Task.WhenAll(_shards.Values.Select(shard => shard.Running)).ConfigureAwait(false);
    }

    private static async Task EndAsync(ShardTask shard)
    {
        await shard.Ending.CancelAsync().ConfigureAwait(false);
        await shard.Running.ConfigureAwait(false);
    }

    /// <summary>Lets go of a reader whose end is saved, or which has nothing left to read; what it counted stays.</summary>
    private void Retire(string id)
    {
        if (!_shards.TryRemove(id, out var shard))
            return;
        _retired.Add(shard.Reader);
        shard.Ending.Dispose();
    }
}
