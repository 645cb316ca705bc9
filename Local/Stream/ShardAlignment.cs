namespace Portcullis.Local.Stream;

/// <summary>
/// Keeps the shards of a stream near each other in event time: a reader may not run more than 20 s ahead of the line that the slowest
/// other reader with a backlog will read next, so that nobody's lines become too late to be scored.
/// </summary>
internal sealed class ShardAlignment(int readers)
{
    /// <summary>How far a reader may be ahead, in milliseconds.</summary>
    public const long Ahead = 20_000;

    private const long CaughtUp = long.MaxValue, Unknown = long.MinValue;

    // Nobody runs ahead of a reader that has not looked yet: after a restart it may have the oldest lines of all.
    private readonly long[] _next = [.. Enumerable.Repeat(Unknown, readers)];
    private readonly Lock _lock = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Says which line time a reader will read next; null when it has none, or cannot read.</summary>
    public void Publish(int reader, long? next)
    {
        TaskCompletionSource moved;
        lock (_lock)
        {
            _next[reader] = next ?? CaughtUp;
            moved = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        moved.SetResult();
    }

    /// <summary>The newest line time that a reader may read now.</summary>
    public long Horizon(int reader)
    {
        lock (_lock)
        {
            var slowest = CaughtUp;
            for (var other = 0; other < _next.Length; other++)
            {
                if (other != reader)
                    slowest = Math.Min(slowest, _next[other]);
            }
            return slowest == CaughtUp ? CaughtUp : slowest + Ahead;
        }
    }

    /// <summary>Waits until a reader may read a line of a time. The reader with the oldest line never waits.</summary>
    public async ValueTask WaitAsync(int reader, long time, CancellationToken cancellation)
    {
        while (true)
        {
            Task moved;
            lock (_lock)
                moved = _moved.Task;
            if (time <= Horizon(reader))
                return;
            await moved.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }
}
