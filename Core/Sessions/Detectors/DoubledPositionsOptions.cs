namespace Portcullis.Sessions.Detectors;

/// <summary>Options of <see cref="DoubledPositionsDetector"/>.</summary>
public sealed record DoubledPositionsOptions : DetectorOptions
{
    /// <value>How long two homes must have advanced side by side, in milliseconds. Default 7,000: a hand-over fetches one or two segments twice, and casting ends within seconds.</value>
    public int LeastOverlap { get; init; } = 7_000;

    /// <value>Weight of that. Default 85.</value>
    public int Weight { get; init; } = 85;

    /// <value>How many positions a crowd, two homes more than one, must have fetched. Default 3.</value>
    public int LeastCrowded { get; init; } = 3;

    /// <value>Weight of a crowd. Default 90.</value>
    public int CrowdWeight { get; init; } = 90;
}
