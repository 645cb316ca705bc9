namespace Portcullis.Sessions.Detectors;

/// <summary>Options of <see cref="PlayerConflictDetector"/>.</summary>
public sealed record PlayerConflictOptions : DetectorOptions
{
    /// <value>Weight. Default 10: ids are forged easily, and a reload makes a new one.</value>
    public int Weight { get; init; } = 10;
}
