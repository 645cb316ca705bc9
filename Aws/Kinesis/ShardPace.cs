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

    private long _started = time.GetTimestamp();
    private int _refusals;

    /// <summary>A read begins.</summary>
    public void Begin() => _started = time.GetTimestamp();

    /// <summary>How long to wait after a read.</summary>
    /// <param name="bytes">What it brought.</param>
    /// <param name="hasMore">Whether the shard holds more already.</param>
    public TimeSpan AfterRead(long bytes, bool hasMore)
    {
        _refusals = 0;
        var apart = Max(hasMore ? Least : Max(poll, Least), TimeSpan.FromSeconds(bytes / BytesPerSecond));
        return Max(TimeSpan.Zero, apart - time.GetElapsedTime(_started));
    }

    /// <summary>How long to wait after a refusal: twice as long each time, up to 5 s, and up to half as much more by chance.</summary>
    public TimeSpan AfterRefusal()
    {
        var pause = Max(poll, Least) * Math.Pow(2, Math.Min(_refusals++, 10));
        return (pause < LongestPause ? pause : LongestPause) * (1 + (Random.Shared.NextDouble() / 2));
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
