namespace Portcullis.Sessions.Detectors;

/// <summary>Options of <see cref="ClientDiversityDetector"/>.</summary>
public sealed record ClientDiversityOptions : DetectorOptions
{
    /// <value>How many user agents in one minute are too many. Default 3: casting is two.</value>
    public int LeastAgents { get; init; } = 3;

    /// <value>Weight. Default 8.</value>
    public int Weight { get; init; } = 8;
}
