namespace Portcullis.Sessions.Detectors;

/// <summary>Options of <see cref="DoubledPositionsDetector"/>.</summary>
public sealed record DoubledPositionsOptions
{
    /// <value>How many positions must be doubled within two minutes. Default 3: a change of network may fetch one or two twice.</value>
    public int LeastPositions { get; init; } = 3;

    /// <value>Weight when one viewer more than allowed fetches the same positions. Default 60.</value>
    public int Weight { get; init; } = 60;

    /// <value>Weight when two or more viewers too many fetch the same positions: neither casting nor a change of network does. Default 85.</value>
    public int CrowdWeight { get; init; } = 85;

    /// <value>Weight when all viewers are on one network: a household is flagged, never revoked. Default 45.</value>
    public int HouseholdWeight { get; init; } = 45;
}
