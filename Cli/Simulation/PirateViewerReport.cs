namespace Portcullis.Cli.Simulation;

/// <summary>What one viewer of a shared token saw; times in seconds since the simulation began.</summary>
internal sealed record PirateViewerReport(
    int Viewer,
    string Address,
    string Country,
    long Asn,
    string UserAgent,
    int Segments,
    double? FirstSegmentAt,
    double? BlockedAt,
    string Outcome,
    string? Detail)
{
    public static PirateViewerReport Of(PirateViewer viewer)
    {
        var (player, identity) = (viewer.Player, viewer.Player.Identity);
        return new PirateViewerReport(
            viewer.Number,
            identity.Address,
            identity.Country,
            identity.Asn,
            identity.UserAgent,
            player.Segments,
            SimulationTranscript.Rounded(player.FirstSegmentAt),
            SimulationTranscript.Rounded(viewer.BlockedAt),
            (viewer.End?.Outcome ?? PlaybackOutcome.Stopped).ToString().ToLowerInvariant(),
            viewer.End?.Detail ?? player.Trouble);
    }
}
