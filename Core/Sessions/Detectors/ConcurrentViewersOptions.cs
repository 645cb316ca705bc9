namespace Portcullis.Sessions.Detectors;

/// <summary>Options of <see cref="ConcurrentViewersDetector"/>.</summary>
public sealed record ConcurrentViewersOptions
{
    /// <value>Weight when one viewer more than allowed plays. Default 25: addresses alone never flag.</value>
    public int Weight { get; init; } = 25;

    /// <value>Added for each further viewer. Default 5.</value>
    public int WeightPerFurtherViewer { get; init; } = 5;

    /// <value>Most weight. Default 40, below the flag threshold.</value>
    public int MaxWeight { get; init; } = 40;

    /// <value>Weight when all viewers are on one network: a household. Default 15.</value>
    public int HouseholdWeight { get; init; } = 15;

    /// <value>How long a viewer must have been playing to count, in milliseconds. Default 1,500.</value>
    public int LeastPlaying { get; init; } = 1_500;
}
