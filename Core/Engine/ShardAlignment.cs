namespace Portcullis.Engine;

/// <summary>
/// Keeps the shards of a stream near each other in event time: a reader may not run more than 20 s ahead of the line that the slowest
/// other reader with a backlog will read next, so that nobody's lines become too late to be scored. Readers come and go.
/// </summary>
/// <remarks>Safe for concurrent use. Times are epoch milliseconds.</remarks>
public sealed class ShardAlignment
{
    /// <summary>How far a reader may be ahead, in milliseconds.</summary>
    public const long Ahead = 20_000;

    private const long CaughtUp = long.MaxValue, Unknown = long.MinValue;

    private readonly Dictionary<string, long> _next = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// A shard is about to be read. Nobody runs ahead of a reader that has not looked yet: after a restart it may have the oldest lines of
    /// all. So shards that are read together join before the first of them reads.
    /// </summary>
    /// <param name="shard">The shard's id.</param>
    public void Join(string shard)
    {
        lock (_lock)
            _next.TryAdd(shard, Unknown);
    }

    /// <summary>A shard is no longer read, and holds up nobody.</summary>
    public void Leave(string shard) => Move(() => _next.Remove(shard));

    /// <summary>Says which line time a reader will read next; null when it has none, or cannot read. Of a shard that is not read, nothing is kept.</summary>
    public void Publish(string shard, long? next) => Move(() =>
    {
        if (_next.ContainsKey(shard))
            _next[shard] = next ?? CaughtUp;
    });

    /// <summary>The newest line time that a reader may read now.</summary>
    public long Horizon(string shard)
    {
        lock (_lock)
        {
            var slowest = CaughtUp;
            foreach (var (other, next) in _next)
            {
                if (other != shard)
                    slowest = Math.Min(slowest, next);
            }
            return slowest == CaughtUp ? CaughtUp : slowest + Ahead;
        }
    }

    /// <summary>Waits until a reader may read a line of a time. The reader with the oldest line never waits.</summary>
    public async ValueTask WaitAsync(string shard, long time, CancellationToken cancellation)
    {
        while (true)
        {
            Task moved;
            lock (_lock)
                moved = _moved.Task;
            if (time <= Horizon(shard))
                return;
            await moved.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private void Move(Action change)
    {
        TaskCompletionSource moved;
        lock (_lock)
        {
            change();
            moved = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        moved.SetResult();
    }
}
