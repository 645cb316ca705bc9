using Portcullis.Engine;
using Portcullis.Logs;

namespace Portcullis.Local.Stream;

/// <summary>Reads one shard and hands its lines to the engine, batch by batch. A position is done when its batch is.</summary>
internal sealed class ShardReader(
    int number, FileLogShard shard, long position, LogIntake intake, MalformedLines malformed, ShardAlignment alignment,
    ISessionEngine engine, IAssetStore assets, SemaphoreSlim turn, TimeProvider time)
{
    private const int ChunkSize = 1 << 20;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    private readonly byte[] _chunk = new byte[ChunkSize];
    private long _position = position;
    private long _skipped;

    /// <summary>The shard that is read.</summary>
    public FileLogShard Shard => shard;

    /// <summary>What the reader counts.</summary>
    public LogIntake Intake => intake;

    /// <summary>Everything before it is observed, and durable where it had to be.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>Bytes that were deleted before they could be read.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>Reads until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var length = shard.Read(Position, _chunk);
            if (length > 0)
            {
                await ReadChunkAsync(length, cancellation).ConfigureAwait(false);
                continue;
            }
            alignment.Publish(number, null);
            if (length < 0)
            {
                Interlocked.Add(ref _skipped, shard.Oldest - Position);
                Interlocked.Exchange(ref _position, shard.Oldest);
            }
            else
            {
                await shard.WaitAsync(LongestWait, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ReadChunkAsync(int length, CancellationToken cancellation)
    {
        var start = 0;
        while (start < length)
        {
            if (LogLineParser.PeekTime(_chunk.AsSpan(start, length - start), intake.Fields) is { } next)
            {
                alignment.Publish(number, next);
                await alignment.WaitAsync(number, next, cancellation).ConfigureAwait(false);
            }
            // The turn is what a snapshot takes to see states and positions that belong together.
            await turn.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                var taken = TakeLines(_chunk.AsSpan(start, length - start), alignment.Horizon(number));
                if (intake.Slices.Count > 0)
                    await engine.ObserveAsync(intake.Slices, cancellation).ConfigureAwait(false);
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
            try
            {
                intake.Take(line, assets.Current);
            }
            catch (FormatException)
            {
                malformed.Add(line, LineFault.FieldCount, time.GetUtcNow());
            }
            taken += line.Length + (feed < 0 ? 0 : 1);
        }
        return taken;
    }
}
