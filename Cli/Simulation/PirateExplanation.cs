using Portcullis.Cli.Output;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Simulation;

/// <summary>Says what was seen when a shared token was not blocked, and what to check.</summary>
internal static class PirateExplanation
{
    public static IReadOnlyList<string> Of(AssetRecord? asset, IReadOnlyList<PirateViewerReport> viewers, SessionWatch watch)
    {
        var lines = new List<string>();
        if (asset is { InShadow: true })
        {
            lines.Add($"{asset.Id} is in shadow mode: sharing is shown but never blocked; arm the asset to block");
        }

        if (viewers.All(static v => v.FirstSegmentAt is null))
        {
            lines.Add($"nobody received a segment: {viewers.Select(static v => v.Detail).FirstOrDefault(static d => d is not null) ?? "the edge gave no playable media"}");
            return lines;
        }

        if (viewers.Count(static v => v.FirstSegmentAt is not null) == 1)
        {
            lines.Add("only one viewer played, so nothing was shared");
        }

        if (viewers.Any(static v => v.Outcome == "finished"))
        {
            lines.Add("the asset ended before the block; use a live or longer asset");
        }

        if (watch.Trouble is { } trouble)
        {
            lines.Add($"the session could not be followed: {trouble}");
        }

        if (watch.Session is { } session)
        {
            lines.Add($"the service saw {session.Viewers} viewers and {session.Lines} lines: score {session.Score:0}, {(session.Revoked ? "revoked" : session.Action)}");
            lines.AddRange(EvidenceText.Lines(session.AllEvidence));
        }
        else if (watch.Trouble is null)
        {
            lines.Add("the service has seen no line of this session: is the edge's log stream read (portcullis status)?");
        }

        if (watch.RevokedAt is null && (watch.Session?.Viewers ?? 0) <= 1)
        {
            lines.Add("if all viewers appear as one address, the edge does not believe CloudFront-Viewer-* headers: set Edge:TrustViewerHeaders=true");
        }

        return lines;
    }
}
