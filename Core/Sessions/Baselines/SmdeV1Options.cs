namespace Portcullis.Sessions.Baselines;

/// <summary>Settings of SMDE v1's score, with the defaults that SMDE installs.</summary>
public sealed record SmdeV1Options
{
    /// <value>How far back an evaluation looks, in event time; a multiple of <see cref="Every"/>. 10 minutes.</value>
    public TimeSpan LookBack { get; init; } = TimeSpan.FromMinutes(10);

    /// <value>Event time between evaluations. 1 minute: the fastest that SMDE offers (1 to 15).</value>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(1);

    /// <value>Weight of a session's request rate over the median rate. 1.</value>
    public double RateWeight { get; init; } = 1;

    /// <value>Added for more than one address. 1.</value>
    public double AddressWeight { get; init; } = 1;

    /// <value>Added for more than one referer. 1.</value>
    public double RefererWeight { get; init; } = 1;

    /// <value>Added for more than one user agent. 1.</value>
    public double AgentWeight { get; init; } = 1;

    /// <value>A session is revoked above this score. 2.2.</value>
    public double Threshold { get; init; } = 2.2;

    /// <value>Fewest sessions in the look-back window for any decision. 3.</value>
    public int MinSessions { get; init; } = 3;

    /// <value>Shortest time between a session's first and last request to be judged, in seconds. 30.</value>
    public int MinRange { get; init; } = 30;
}
