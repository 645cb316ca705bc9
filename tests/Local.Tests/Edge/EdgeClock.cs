namespace Portcullis.Local.Tests.Edge;

/// <summary>A clock that stands still until it is set.</summary>
internal sealed class EdgeClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.UtcTicks;
}
