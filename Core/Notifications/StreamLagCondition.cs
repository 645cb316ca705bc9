using Portcullis.Engine;

namespace Portcullis.Notifications;

/// <summary>The log stream: bad while lines are left to read and the newest that was read is older than a limit; good again below half of it.</summary>
/// <param name="stream">How the stream is doing.</param>
/// <param name="limit">How old the newest line may be.</param>
/// <param name="time">The clock.</param>
public sealed class StreamLagCondition(Func<StreamStatus> stream, TimeSpan limit, TimeProvider time) : ICondition
{
    /// <inheritdoc/>
    public ConditionTiming Timing { get; } = new() { RaiseAfter = TimeSpan.FromSeconds(5) };

    /// <inheritdoc/>
    public IEnumerable<ConditionReading> Read()
    {
        var status = stream();
        // Without anything left to read there is no lag; without a newest line nothing has been read at all.
        var lag = status.LagAt(time.GetUtcNow());
        var level = lag is null || lag > limit ? ConditionLevel.Bad : lag > limit / 2 ? ConditionLevel.Between : ConditionLevel.Good;
        yield return new ConditionReading(
            "stream", level, NotificationTypes.StreamLagging, NotificationTypes.StreamRecovered,
            new Told(lag is { } known ? Math.Round(known.TotalSeconds, 1) : null, status.BacklogBytes, limit.TotalSeconds));
    }

    private sealed record Told(double? LagSeconds, long BacklogBytes, double LimitSeconds);
}
