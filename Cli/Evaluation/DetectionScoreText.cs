using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Portcullis.Cli.Output;

namespace Portcullis.Cli.Evaluation;

/// <summary>A score for people, as tables, and for programs, as one line of JSON.</summary>
internal static class DetectionScoreText
{
    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>One JSON object.</summary>
    public static string Json(DetectionScore score) => JsonSerializer.Serialize(score, Written);

    /// <summary>The tables, then every wrong revocation with its evidence.</summary>
    public static IEnumerable<string> Lines(DetectionScore score)
    {
        yield return Invariant($"revocations: {score.RightRevocations:N0} right, {score.WrongRevocations:N0} wrong; precision {Percent(score.Precision)}");
        yield return score.WrongRate is { } rate
            ? Invariant($"wrong revocations per 10,000 viewer-hours: {1e4 * rate.PerViewerHour:N2} (95 %: {1e4 * rate.Low:N2} to {1e4 * rate.High:N2}) in {score.ViewerHours:N1} viewer-hours")
            : "wrong revocations per viewer-hour: unknown, no honest viewer was seen";
        if (score.Unlabelled > 0)
            yield return Invariant($"decisions about {score.Unlabelled:N0} sessions without a label are left out");
        if (score.Unseen > 0)
            yield return Invariant($"{score.Unseen:N0} labelled sessions have no accepted line");
        foreach (var line in Table(score.Offences, ["offenders", "sessions", "revoked", "recall", "flagged only", "missed", "too early", "median s", "p95 s"],
            group => [group.Group, Count(group.Sessions), Count(group.Revoked), Percent(group.Recall), Count(group.Flagged), Count(group.Missed), Count(group.Early), Seconds(group.MedianSeconds), Seconds(group.P95Seconds)]))
            yield return line;
        foreach (var line in Table(score.Viewers, ["honest viewers", "sessions", "hours", "left alone", "flagged", "revoked"],
            kind => [kind.Kind, Count(kind.Sessions), Invariant($"{kind.Hours:N1}"), Count(kind.Observed), Count(kind.Flagged), Count(kind.Revoked)]))
            yield return line;
        foreach (var wrong in score.Wrong)
        {
            var (decision, early) = (wrong.Decision, wrong.FirstOffence - wrong.Decision.DecidedAt);
            yield return Invariant($"wrong: {decision.Sid} ({wrong.Label}) at {decision.DecidedAt}{(early is null ? "" : Invariant($", {early:0.0} s before the offence"))}, score {decision.Score:0.##}");
            foreach (var evidence in decision.Evidence)
                yield return Invariant($"  {evidence.Weight:0.##}  {evidence.Sentence} [{evidence.Detector}]");
        }
    }

    private static IEnumerable<string> Table<T>(IReadOnlyList<T> rows, string[] header, Func<T, string[]> cells)
    {
        if (rows.Count == 0)
            return [];
        var table = new TextTable(header);
        foreach (var row in rows)
            table.Add(cells(row));
        return table.Lines().Prepend("");
    }

    private static string Count(int count) => Invariant($"{count:N0}");

    private static string Percent(double? share) => share is null ? "-" : Invariant($"{100 * share:0.0} %");

    private static string Seconds(double? seconds) => seconds is null ? "-" : Invariant($"{seconds:0.0}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
