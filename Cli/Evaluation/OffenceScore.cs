namespace Portcullis.Cli.Evaluation;

/// <summary>How a group of offenders fared.</summary>
/// <param name="Group">A label, a class, or a sum over labels.</param>
/// <param name="Sessions">Offenders in the group.</param>
/// <param name="Revoked">Of these, revoked after the offence had begun.</param>
/// <param name="Flagged">Of the others, flagged after the offence had begun.</param>
/// <param name="Early">Revoked before the offence began: wrong, and not counted as revoked.</param>
/// <param name="MedianSeconds">Median of the time from the first offence to the revocation, in seconds; null without one.</param>
/// <param name="P95Seconds">95th percentile of the same (nearest rank).</param>
internal sealed record OffenceScore(string Group, int Sessions, int Revoked, int Flagged, int Early, double? MedianSeconds, double? P95Seconds)
{
    /// <summary>Offenders that nothing was decided about.</summary>
    public int Missed => Sessions - Revoked - Flagged - Early;

    /// <summary>Share revoked, 0 to 1.</summary>
    public double Recall => (double)Revoked / Sessions;

    /// <summary>Sums up a group of one or more offenders.</summary>
    public static OffenceScore Of(string group, IReadOnlyCollection<OffenderFate> fates)
    {
        var times = fates.Where(fate => fate.Outcome == Outcome.Revoked).Select(fate => fate.Seconds).Order().ToArray();
        return new OffenceScore(
            group,
            fates.Count,
            times.Length,
            fates.Count(fate => fate.Outcome == Outcome.Flagged),
            fates.Count(fate => fate.Outcome == Outcome.RevokedEarly),
            times.Length == 0 ? null : (times[(times.Length - 1) / 2] + times[times.Length / 2]) / 2,
            times.Length == 0 ? null : times[(int)Math.Ceiling(0.95 * times.Length) - 1]);
    }
}
