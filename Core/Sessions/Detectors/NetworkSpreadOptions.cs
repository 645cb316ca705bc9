namespace Portcullis.Sessions.Detectors;

/// <summary>Options of <see cref="NetworkSpreadDetector"/>.</summary>
public sealed record NetworkSpreadOptions : DetectorOptions
{
    /// <value>Weight when two countries fetch in the same minute. Default 15: a VPN that is switched does so too.</value>
    public int Weight { get; init; } = 15;
}
