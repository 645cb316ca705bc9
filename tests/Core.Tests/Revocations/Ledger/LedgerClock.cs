namespace Portcullis.Revocations;

/// <summary>A wall clock that can be set to another time beside a clock that never goes back, as machines have them.</summary>
internal sealed class LedgerClock : TimeProvider
{
    private long _elapsed = TimeSpan.FromDays(1).Ticks;
    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Milliseconds on the clock that never goes back.</summary>
    public long Elapsed => _elapsed / TimeSpan.TicksPerMillisecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _elapsed;

    public void Pass(TimeSpan time)
    {
        _elapsed += time.Ticks;
        _now += time;
    }

    /// <summary>Somebody sets the wall clock.</summary>
    public void Jump(TimeSpan by) => _now += by;
}
