namespace Portcullis.Sessions.Detectors;

/// <summary>Options of <see cref="RestreamDetector"/>.</summary>
public sealed record RestreamOptions : DetectorOptions
{
    /// <value>Minutes on end of steady fetching by a tool on rented servers. Default 4.</value>
    public int LeastToolMinutes { get; init; } = 4;

    /// <value>The same where the user agent is no tool's and no player names itself: people watch through rented servers, too. Default 30; never where VPNs for people leave.</value>
    public int LeastMinutes { get; init; } = 30;

    /// <value>Weight. Default 85.</value>
    public int Weight { get; init; } = 85;

    /// <value>Weight of steady fetching by a tool elsewhere: VLC and Kodi do so. Default 30.</value>
    public int ToolWeight { get; init; } = 30;
}
