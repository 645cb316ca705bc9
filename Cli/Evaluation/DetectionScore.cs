using Portcullis.Sessions;

namespace Portcullis.Cli.Evaluation;

/// <summary>How good decisions were, measured against labels.</summary>
/// <param name="ViewerHours">Of honest viewers, from their accepted lines.</param>
/// <param name="RightRevocations">Offenders revoked after their offence had begun.</param>
/// <param name="WrongRevocations">Honest viewers revoked, and offenders revoked before their offence had begun.</param>
/// <param name="WrongRate">Wrong revocations per viewer-hour; null without viewer-hours.</param>
/// <param name="Offences">Recall and time to detect: all offenders, classes, sharing by size, then label by label.</param>
/// <param name="Viewers">What became of the honest: all, then kind by kind.</param>
/// <param name="Wrong">Every wrong revocation with its evidence.</param>
/// <param name="Unlabelled">Decisions about sessions without a label: ids that strangers made up. They count neither as right nor as wrong.</param>
/// <param name="Unseen">Labelled sessions without an accepted line: their log lines were lost, or the labels belong to another log.</param>
internal sealed record DetectionScore(
    double ViewerHours,
    int RightRevocations,
    int WrongRevocations,
    WrongRate? WrongRate,
    IReadOnlyList<OffenceScore> Offences,
    IReadOnlyList<ViewerScore> Viewers,
    IReadOnlyList<WrongRevocation> Wrong,
    int Unlabelled,
    int Unseen)
{
    private static readonly string[] ByTwo = ["2", "2-same-provider"], ByThreeOrMore = ["3", "4-9", "10+"];

    /// <summary>Share of revocations that were right, 0 to 1; null without any.</summary>
    public double? Precision => RightRevocations + WrongRevocations == 0 ? null : (double)RightRevocations / (RightRevocations + WrongRevocations);

    /// <summary>Measures decisions.</summary>
    /// <param name="labels">The truth by sid.</param>
    /// <param name="decisions">In any order; of several revocations of a session the first counts.</param>
    /// <param name="spans">How long each labelled session was seen.</param>
    public static DetectionScore Of(IReadOnlyDictionary<string, SessionLabel> labels, IEnumerable<SessionDecision> decisions, SessionSpans spans)
    {
        var bySid = decisions.ToLookup(decision => decision.Sid, StringComparer.Ordinal);
        var fates = labels.Values.Where(label => !label.IsInnocent).Select(label => OffenderFate.Of(label, bySid[label.Sid])).ToList();
        var wrong = labels.Values
            .Select(label => (Label: label, Decision: FirstRevocation(bySid[label.Sid])))
            .Where(entry => entry.Decision is not null && (entry.Label.IsInnocent || entry.Decision.DecidedAt < entry.Label.FirstOffence))
            .Select(entry => new WrongRevocation(entry.Label.Name, entry.Label.FirstOffence, entry.Decision!))
            .OrderBy(entry => entry.Decision.DecidedAt).ThenBy(entry => entry.Decision.Sid, StringComparer.Ordinal)
            .ToList();
        var viewers = ViewersByKind(labels.Values.Where(label => label.IsInnocent), bySid, spans);
        var hours = viewers.Count == 0 ? 0 : viewers[0].Hours;
        return new DetectionScore(
            hours,
            fates.Count(fate => fate.Outcome == Outcome.Revoked),
            wrong.Count,
            Evaluation.WrongRate.Of(wrong.Count, hours),
            Groups(fates),
            viewers,
            wrong,
            bySid.Count(group => !labels.ContainsKey(group.Key)),
            labels.Keys.Count(sid => !spans.HasLines(sid)));
    }

    private static SessionDecision? FirstRevocation(IEnumerable<SessionDecision> decisions) =>
        decisions.Where(decision => decision.Action == VerdictAction.Revoke).MinBy(decision => decision.DecidedAt);

    private static List<OffenceScore> Groups(List<OffenderFate> fates)
    {
        var groups = new List<(string Name, Func<SessionLabel, bool> Holds)>
        {
            ("all offenders", _ => true),
            ("all shared", label => label.Class == OffenceClass.Shared),
            ("shared by 2", label => label.Class == OffenceClass.Shared && ByTwo.Contains(label.Kind)),
            ("shared by 3 or more", label => label.Class == OffenceClass.Shared && ByThreeOrMore.Contains(label.Kind)),
            ("all restream", label => label.Class == OffenceClass.Restream),
            ("all rip", label => label.Class == OffenceClass.Rip),
        };
        foreach (var name in fates.Select(fate => fate.Label).OrderBy(label => label.Class).ThenBy(label => label.Kind, StringComparer.Ordinal).Select(label => label.Name).Distinct())
            groups.Add((name, label => label.Name == name));
        return [.. from @group in groups
                   let members = fates.Where(fate => @group.Holds(fate.Label)).ToList()
                   where members.Count > 0
                   select OffenceScore.Of(@group.Name, members)];
    }

    private static List<ViewerScore> ViewersByKind(IEnumerable<SessionLabel> innocents, ILookup<string, SessionDecision> decisions, SessionSpans spans)
    {
        var kinds = innocents.GroupBy(label => label.Name).OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind =>
        {
            var actions = kind.Select(label => decisions[label.Sid].Select(decision => decision.Action).DefaultIfEmpty().Max()).ToList();
            return new ViewerScore(
                kind.Key,
                actions.Count,
                kind.Sum(label => spans.Hours(label.Sid)),
                actions.Count(action => action == VerdictAction.Observe),
                actions.Count(action => action == VerdictAction.Flag),
                actions.Count(action => action == VerdictAction.Revoke));
        }).ToList();
        return kinds.Count == 0
            ? []
            : [new ViewerScore("all viewers", kinds.Sum(k => k.Sessions), kinds.Sum(k => k.Hours), kinds.Sum(k => k.Observed), kinds.Sum(k => k.Flagged), kinds.Sum(k => k.Revoked)), .. kinds];
    }
}
