using System.Globalization;

namespace Portcullis.Cli.Replay;

/// <summary>What a replay has read and decided.</summary>
internal sealed record ReplaySummary(long Bytes, long Lines, long Accepted, long Refused, long Malformed, long Flagged, long Revoked, TimeSpan Took)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Lines:N0} lines ({Bytes / 1e6:N1} MB): {Accepted:N0} counted for sessions, {Refused:N0} refused at the edge, {Malformed:N0} malformed; {Flagged:N0} sessions flagged, {Revoked:N0} revoked; {Took.TotalSeconds:N2} s, {Lines / Math.Max(Took.TotalSeconds, 0.001):N0} lines/s");
}
