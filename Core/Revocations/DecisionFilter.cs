namespace Portcullis.Revocations;

/// <summary>Names decisions by what they have in common. What is null does not matter.</summary>
public sealed record DecisionFilter
{
    /// <summary>Longest text of a criterion, in characters.</summary>
    public const int MaxText = 256;

    /// <value>Decided at this time or later.</value>
    public DateTimeOffset? From { get; init; }

    /// <value>Decided before this time.</value>
    public DateTimeOffset? To { get; init; }

    /// <value>The asset.</value>
    public string? Asset { get; init; }

    /// <value>A detector among the evidence, such as <c>doubled-positions</c>.</value>
    public string? Detector { get; init; }

    /// <value>The detection policy that judged.</value>
    public string? PolicyVersion { get; init; }

    /// <value>Where it comes from.</value>
    public DecisionSource? Source { get; init; }

    /// <value>Who decided.</value>
    public string? Actor { get; init; }

    /// <value>The app version: the user agent of most of the session's lines, whole.</value>
    public string? UserAgent { get; init; }

    /// <value>The autonomous system of most of the session's lines.</value>
    public uint? Asn { get; init; }

    /// <summary>Whether it has no criterion, and so names everything.</summary>
    public bool IsEmpty => this == new DecisionFilter();

    /// <summary>Whether a decision is named.</summary>
    public bool Matches(Decision decision) =>
        (From is null || decision.At >= From)
        && (To is null || decision.At < To)
        && (Asset is null || decision.AssetId == Asset)
        && (Detector is null || decision.Evidence.Any(finding => finding.Detector == Detector))
        && (PolicyVersion is null || decision.PolicyVersion == PolicyVersion)
        && (Source is null || decision.Source == Source)
        && (Actor is null || decision.Actor == Actor)
        && (UserAgent is null || decision.UserAgent == UserAgent)
        && (Asn is null || decision.Asn == Asn);
}
