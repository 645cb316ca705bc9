namespace Portcullis.Sessions.Detectors;

/// <summary>Options of <see cref="ConcurrentViewersDetector"/>.</summary>
public sealed record ConcurrentViewersOptions : DetectorOptions
{
    /// <value>Weight of each home more than allowed. Default 8: addresses alone never flag.</value>
    public int WeightPerHome { get; init; } = 8;

    /// <value>Most weight. Default 24.</value>
    public int MaxWeight { get; init; } = 24;
}
