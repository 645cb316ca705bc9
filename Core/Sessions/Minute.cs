namespace Portcullis.Sessions;

/// <summary>What a session's playheads did in one minute, when nothing can be added to it any more.</summary>
internal readonly record struct Minute
{
    /// <summary>When it ended, epoch milliseconds.</summary>
    public required long End { get; init; }

    /// <summary>Most playheads of one title that played side by side.</summary>
    public int Playheads { get; init; }

    /// <summary>How many of them were each fetched by homes that none of the others was fetched by.</summary>
    public int Apart { get; init; }

    /// <summary>How many of them were fetched by one and the same viewer.</summary>
    public int Clones { get; init; }

    /// <summary>Whether those all called themselves one player instance; null where they called themselves nothing.</summary>
    public bool? ClonesAreOnePlayer { get; init; }

    /// <summary>Whether two of them were each fetched over one network of its own, though the two could be one home's.</summary>
    public bool NearApart { get; init; }

    /// <summary>Viewers, homes apart from each other, user agents, countries and named player instances behind the playheads.</summary>
    public int Viewers { get; init; }

    /// <inheritdoc cref="Viewers"/>
    public int Homes { get; init; }

    /// <inheritdoc cref="Viewers"/>
    public int Agents { get; init; }

    /// <inheritdoc cref="Viewers"/>
    public int Countries { get; init; }

    /// <inheritdoc cref="Viewers"/>
    public int Players { get; init; }

    /// <summary>Whether all of the viewers are on networks where servers are rented.</summary>
    public bool IsHosted { get; init; }

    /// <summary>Whether the rendition was always the best there is.</summary>
    public bool IsBest { get; init; }

    /// <summary>Whether the viewer is on a network where VPNs for people leave.</summary>
    public bool IsVpn { get; init; }

    /// <summary>How many times real time the fastest playhead went on, or all of them through one stretch of a title; 0 where segments' duration is not known.</summary>
    public double Pace { get; init; }

    /// <summary>How many times real time a title was fetched, in whatever order; 0 where it was not above what players do, or segments' duration is not known.</summary>
    public double Volume { get; init; }

    /// <summary>Whether the session was one viewer with one playhead in one rendition that went on at real time, all minute.</summary>
    public bool IsSteady { get; init; }

    /// <summary>Whether that viewer's user agent is one of a tool.</summary>
    public bool IsTool { get; init; }
}
