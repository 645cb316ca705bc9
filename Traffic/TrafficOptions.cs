namespace Portcullis.Traffic;

/// <summary>What traffic is made.</summary>
public sealed record TrafficOptions
{
    /// <value>The same seed makes the same lines, everywhere.</value>
    public ulong Seed { get; init; } = 1;

    /// <value>How many sessions there are, 1 to 1,000,000.</value>
    public int Viewers { get; init; } = 1_000;

    /// <value>How long the event lasts, in minutes; 2 to 600.</value>
    public int Minutes { get; init; } = 60;

    /// <value>When it begins. Default 2026-05-30 18:45 UTC.</value>
    public DateTimeOffset Start { get; init; } = new(2026, 5, 30, 18, 45, 0, TimeSpan.Zero);

    /// <value>Share of sessions that are offenders, 0 to 1. Default 0.04.</value>
    public double Offenders { get; init; } = 0.04;

    /// <value>Per cent of requests that are logged, 1 to 100. Default 100.</value>
    public int Sampling { get; init; } = 100;

    /// <value>Labels that are wanted, such as <c>shared:2</c>; all when empty.</value>
    public IReadOnlyList<string> Kinds { get; init; } = [];
}
