namespace Portcullis.Engine;

/// <summary>How the log stream is doing.</summary>
/// <param name="Lines">Lines read since the start.</param>
/// <param name="Accepted">Lines that counted for a session.</param>
/// <param name="Refused">Lines of refused requests.</param>
/// <param name="AfterBlock">Of those, refused because the session is revoked.</param>
/// <param name="Malformed">Lines that could not be parsed.</param>
/// <param name="Dropped">Lines that could not be written to the stream.</param>
/// <param name="SkippedBytes">Bytes that were deleted before they could be read.</param>
/// <param name="BacklogBytes">Bytes written and not yet observed.</param>
/// <param name="NewestLine">Time of the newest line, or null.</param>
/// <param name="Unchecked">Accepted lines of requests whose revocations the edge could not read: a store outage to be alarmed about.</param>
public sealed record StreamStatus(
    long Lines, long Accepted, long Refused, long AfterBlock, long Malformed, long Dropped, long SkippedBytes, long BacklogBytes, DateTimeOffset? NewestLine, long Unchecked = 0)
{
    /// <value>How far the slowest shard is behind, in seconds, where the stream tells it instead of <see cref="BacklogBytes"/>; else null.</value>
    public double? BehindSeconds { get; init; }

    /// <value>Reads that the stream refused because there were too many; each is repeated.</value>
    public long Throttled { get; init; }

    /// <value>How often lines were, or may have been, deleted before they could be read, where the stream does not tell how many.</value>
    public long Gaps { get; init; }

    /// <summary>How old the next line is that will be read; zero when there is none, null when that is not known.</summary>
    /// <param name="now">The time now.</param>
    public TimeSpan? LagAt(DateTimeOffset now) =>
        BehindSeconds is { } behind ? TimeSpan.FromSeconds(behind) : BacklogBytes == 0 ? TimeSpan.Zero : now - NewestLine;
}
