namespace Portcullis.Notifications;

/// <summary>How long something must be so before it is told.</summary>
public sealed record ConditionTiming
{
    /// <value>Bad without a break for this long: raised. Default 30 s.</value>
    public TimeSpan RaiseAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>Good without a break for this long: cleared. Default 10 s.</value>
    public TimeSpan ClearAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>Raised again at the soonest this long after it was raised last. Default 5 min.</value>
    public TimeSpan LeastInterval { get; init; } = TimeSpan.FromMinutes(5);
}
