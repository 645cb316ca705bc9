using Portcullis.Engine;
using Portcullis.Logs;

namespace Portcullis.Local.Stream;

/// <summary>Reads one shard and hands its lines to the engine, batch by batch. A position is done when its batch is.</summary>
internal sealed class ShardReader(
    FileLogShard shard, long position, LogIntake intake, ShardAlignment alignment,
    ISessionEngine engine, IAssetStore assets, SemaphoreSlim turn)
{
    private const int ChunkSize = 1 << 20;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly byte[] _chunk = new byte[ChunkSize];
    // A log that is shorter than it was (restored, or cut by a power failure) goes on at its end; waiting for the old position would skip lines.
    private long _position = Math.Min(position, shard.End);
    private long _skipped;
    private long _lineRead;

    /// <summary>The shard that is read.</summary>
    public FileLogShard Shard => shard;

    /// <summary>What the reader counts.</summary>
    public LogIntake Intake => intake;

    /// <summary>Everything before it is observed, and durable where it had to be.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>Bytes that were deleted before they could be read.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Whether a batch was handed to the engine and did not complete: the sessions may hold lines behind <see cref="Position"/>.</summary>
    public bool IsUnsettled { get; private set; }

    /// <summary>Reads until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await ReadAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            // A reader that cannot go on does not hold up the others.
            alignment.Publish(shard.Id, null);
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var length = shard.Read(Position + _lineRead, _chunk);
            if (length > 0)
            {
                var start = SkipLongLine(length);
                if (start < length)
                    await ReadChunkAsync(start, length, cancellation).ConfigureAwait(false);
                continue;
            }
            alignment.Publish(shard.Id, null);
            if (length < 0)
            {
                var next = shard.NextKept(Position + _lineRead);
                Interlocked.Add(ref _skipped, next - Position - _lineRead);
                _lineRead = 0;
                Interlocked.Exchange(ref _position, next);
            }
            else
            {
                await shard.WaitAsync(LongestWait, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>
    /// Passes over a line that is longer than the chunk, counting it once; the position stays at its beginning until its end was read.
    /// </summary>
    /// <returns>Where in the chunk the next line starts; the chunk's length when it holds none.</returns>
    private int SkipLongLine(int length)
    {
        var chunk = _chunk.AsSpan(0, length);
        var feed = _lineRead == 0 && length < ChunkSize ? -1 : chunk.IndexOf((byte)'\n');
        if (feed < 0 && length == ChunkSize)
        {
            if (_lineRead == 0)
                Take(chunk);
            _lineRead += length;
            return length;
        }
        if (_lineRead == 0)
            return 0;
        var start = feed < 0 ? length : feed + 1;
        Interlocked.Add(ref _position, _lineRead + start);
        _lineRead = 0;
        return start;
    }

    private async Task ReadChunkAsync(int start, int length, CancellationToken cancellation)
    {
        while (start < length)
        {
            if (LogLineParser.PeekTime(_chunk.AsSpan(start, length - start), intake.Fields) is { } next)
            {
                alignment.Publish(shard.Id, next);
                await alignment.WaitAsync(shard.Id, next, cancellation).ConfigureAwait(false);
            }
            // The turn is what a snapshot takes to see states and positions that belong together.
            await turn.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                var taken = TakeLines(_chunk.AsSpan(start, length - start), alignment.Horizon(shard.Id));
                if (intake.Batch.Count > 0)
                {
                    IsUnsettled = true;
                    await engine.ObserveAsync(intake.Batch, cancellation).ConfigureAwait(false);
                    IsUnsettled = false;
                }
                start += taken;
                Interlocked.Add(ref _position, taken);
            }
            finally
            {
                intake.Clear();
                turn.Release();
            }
        }
    }

    /// <summary>Takes lines up to the first that lies beyond the horizon, and at least one.</summary>
    private int TakeLines(ReadOnlySpan<byte> chunk, long horizon)
    {
        var taken = 0;
        while (taken < chunk.Length)
        {
            if (taken > 0 && horizon != long.MaxValue && LogLineParser.PeekTime(chunk[taken..], intake.Fields) > horizon)
                break;
            var rest = chunk[taken..];
            var feed = rest.IndexOf((byte)'\n');
            var line = feed < 0 ? rest : rest[..feed];
            Take(line);
            taken += line.Length + (feed < 0 ? 0 : 1);
        }
        return taken;
    }

    private void Take(ReadOnlySpan<byte> line) => intake.TakeOrCount(line, assets.Current);
}
