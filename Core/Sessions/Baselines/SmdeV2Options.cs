namespace Portcullis.Sessions.Baselines;

/// <summary>Settings of SMDE v2's prefilter, with SMDE's own values.</summary>
public sealed record SmdeV2Options
{
    /// <value>Most records in a batch. 500.</value>
    public int BatchRecords { get; init; } = 500;

    /// <value>Longest time that a batch is gathered for, in event time. 60 s.</value>
    public TimeSpan BatchSpan { get; init; } = TimeSpan.FromSeconds(60);

    /// <value>Fewest requests of a session in one batch for any suspicion. 10.</value>
    public int MinRequests { get; init; } = 10;

    /// <value>More addresses than this are suspicious. 3.</value>
    public int Addresses { get; init; } = 3;

    /// <value>More user agents than this are suspicious. 2.</value>
    public int Agents { get; init; } = 2;

    /// <value>More countries than this are suspicious. 1.</value>
    public int Countries { get; init; } = 1;

    /// <value>A greater share of 401 and 403 than this is suspicious. 0.3.</value>
    public double RefusedShare { get; init; } = 0.3;

    /// <value>More requests than this are suspicious. 50.</value>
    public int Requests { get; init; } = 50;
}
