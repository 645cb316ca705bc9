namespace Portcullis.Aws.Kinesis;

/// <summary>
/// When a shard may be read again: within its five reads and 2 MB a second, and later each time that it was refused.
/// </summary>
/// <remarks>Source of the limits: Kinesis Data Streams, quotas; a read of more than 2 MB counts for the seconds after it.</remarks>
/// <param name="poll">Time between two reads while a shard has nothing more.</param>
/// <param name="time">The clock.</param>
internal sealed class ShardPace(TimeSpan poll, TimeProvider time)
{
    private const double BytesPerSecond = 2_000_000;

    // A fifth of a second, and a little for requests that overtake each other on the way.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(210), LongestPause = TimeSpan.FromSeconds(5);

    private long _started = time.GetTimestamp(), _ended = time.GetTimestamp(), _bytes;
    private int _refusals;

    /// <summary>A read begins.</summary>
    public void Begin() => _started = time.GetTimestamp();

    /// <summary>A read has ended.</summary>
    /// <param name="bytes">What it brought.</param>
    public void End(long bytes)
    {
        (_bytes, _ended) = (bytes, time.GetTimestamp());
        _refusals = 0;
    }

    /// <summary>How long to wait after the last read.</summary>
    /// <param name="hasMore">Whether the shard holds more already.</param>
    public TimeSpan AfterRead(bool hasMore)
    {
        var apart = (hasMore ? Least : Max(poll, Least)) - time.GetElapsedTime(_started);
        // Nobody says when the shard begins to count them; not later than when the answer is there.
        var shared = TimeSpan.FromSeconds(_bytes / BytesPerSecond) - time.GetElapsedTime(_ended);
        return Max(TimeSpan.Zero, Max(apart, shared));
    }

    /// <summary>How long to wait after a refusal: twice as long each time, up to 5 s, and up to half as much more by chance.</summary>
    public TimeSpan AfterRefusal()
    {
        var pause = Max(poll, Least) * Math.Pow(2, Math.Min(_refusals++, 10));
        return (pause < LongestPause ? pause : LongestPause) * (1 + (Random.Shared.NextDouble() / 2));
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
