namespace Portcullis.Keys.Model;

/// <summary>A wall clock that can be set, beside a monotonic one that cannot.</summary>
internal sealed class WorldClock : TimeProvider
{
    private DateTimeOffset _wall = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public TimeSpan Elapsed { get; private set; }

    public long Now => _wall.ToUnixTimeSeconds();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _wall;

    public override long GetTimestamp() => Elapsed.Ticks;

    public void Advance(int seconds)
    {
        Elapsed += TimeSpan.FromSeconds(seconds);
        _wall += TimeSpan.FromSeconds(seconds);
    }

    public void Set(long seconds) => _wall += TimeSpan.FromSeconds(seconds);
}
