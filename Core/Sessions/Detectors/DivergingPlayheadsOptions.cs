namespace Portcullis.Sessions.Detectors;

/// <summary>Options of <see cref="DivergingPlayheadsDetector"/>.</summary>
public sealed record DivergingPlayheadsOptions : DetectorOptions
{
    /// <value>How long two homes must have advanced side by side, in milliseconds. Default 7,000.</value>
    public int LeastOverlap { get; init; } = 7_000;

    /// <value>Weight. Default 85.</value>
    public int Weight { get; init; } = 85;
}
