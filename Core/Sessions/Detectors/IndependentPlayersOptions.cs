namespace Portcullis.Sessions.Detectors;

/// <summary>Options of <see cref="IndependentPlayersDetector"/>.</summary>
public sealed record IndependentPlayersOptions : DetectorOptions
{
    /// <value>Weight when players are in different homes, each at its own. Default 85.</value>
    public int ApartWeight { get; init; } = 85;

    /// <value>Weight when one viewer is several players: a proxy with cloned identity. Default 85.</value>
    public int ClonedWeight { get; init; } = 85;

    /// <value>How many players, beyond those allowed, make clones of one viewer, when they all call themselves one player instance or are on rented servers. Default 2: two tabs of a browser are one too many.</value>
    public int LeastCloned { get; init; } = 2;

    /// <value>The same when they call themselves nothing. Default 4: a home may have some equal devices.</value>
    public int LeastNameless { get; init; } = 4;

    /// <value>Weight when players' networks and user agents change all the time. Default 85.</value>
    public int RotatingWeight { get; init; } = 85;

    /// <value>Weight when two players, each on one network, could be in one home by their provider alone. Default 82.</value>
    public int NearWeight { get; init; } = 82;

    /// <value>In how many minutes players apart, clones and rotating players must be seen. Default 2.</value>
    public int LeastMinutes { get; init; } = 2;

    /// <value>In how many minutes near players must be seen. Default 3.</value>
    public int LeastNearMinutes { get; init; } = 3;

    /// <value>Weight when all players may be in one home: flagged, never revoked. Default 52.</value>
    public int HouseholdWeight { get; init; } = 52;

    /// <value>Weight when one viewer is one player too many: two tabs of a browser. Default 25.</value>
    public int SameViewerWeight { get; init; } = 25;
}
