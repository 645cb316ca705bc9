using System.Globalization;
using System.Text.Json;
using Portcullis.Cli.Output;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Simulation;

/// <summary>The result of <c>simulate pirate</c>. Times named <c>…At</c> are seconds since <see cref="StartedAt"/>.</summary>
/// <param name="Blocked">Whether every viewer got 403 in time.</param>
/// <param name="DetectedAt">When the revocation was seen through the API.</param>
/// <param name="Explanation">Why it may not have worked; empty when it did.</param>
internal sealed record PirateReport(
    string Asset,
    string? Arming,
    string Sid,
    DateTimeOffset StartedAt,
    bool Blocked,
    IReadOnlyList<PirateViewerReport> Viewers,
    double? FlaggedAt,
    double? DetectedAt,
    double? Score,
    JsonElement? Evidence,
    double? FirstBlockAt,
    double? AllBlockedAt,
    double? SecondsFromSecondViewerToDetection,
    double? SecondsFromSecondViewerToFirstBlock,
    double? SecondsFromSecondViewerToAllBlocked,
    IReadOnlyList<string> Explanation)
{
    public static PirateReport Of(
        PirateOptions options, string sid, AssetRecord? asset, SimulationClock clock, IReadOnlyList<PirateViewer> viewers, SessionWatch watch)
    {
        var seen = viewers.Select(PirateViewerReport.Of).ToList();
        var blocked = seen.All(static v => v.BlockedAt is not null);
        double? second = seen.Select(static v => v.FirstSegmentAt).OfType<double>().Order().Skip(1).Select(static at => (double?)at).FirstOrDefault();
        var first = seen.Min(static v => v.BlockedAt);
        var all = blocked ? seen.Max(static v => v.BlockedAt) : null;
        var detected = SimulationTranscript.Rounded(watch.RevokedAt);
        return new PirateReport(
            options.Asset,
            asset?.Arming,
            sid,
            clock.StartedAt,
            blocked,
            seen,
            SimulationTranscript.Rounded(watch.FlaggedAt),
            detected,
            watch.Session?.Score,
            watch.Evidence,
            first,
            all,
            Since(second, detected),
            Since(second, first),
            Since(second, all),
            blocked ? [] : PirateExplanation.Of(asset, seen, watch));
    }

    /// <summary>The closing lines for people.</summary>
    public IEnumerable<string> Summary()
    {
        if (!Blocked)
        {
            yield return $"{Viewers.Count(static v => v.BlockedAt is not null)} of {Viewers.Count} viewers were blocked";
            foreach (var reason in Explanation)
            {
                yield return reason;
            }
        }

        var all = SecondsFromSecondViewerToAllBlocked ?? AllBlockedAt;
        var tail = Blocked ? $"all blocked after {Text(all)} s" : "not all blocked";
        yield return SecondsFromSecondViewerToFirstBlock is { } wait
            ? $"second viewer's first segment -> first 403: {Text(wait)} s; {tail}"
            : tail;
    }

    // Null when the block came before anything was shared: a bound token, or a revocation from elsewhere.
    private static double? Since(double? second, double? at) => at - second is >= 0 and var wait ? Math.Round(wait, 3) : null;

    private static string Text(double? seconds) => seconds?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
}
