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
    /// <summary>How old the newest line read is while others wait to be read; null when none waits, and before the first was read.</summary>
    public TimeSpan? LagAt(DateTimeOffset now) => BacklogBytes > 0 && NewestLine is { } newest ? now - newest : null;
}
