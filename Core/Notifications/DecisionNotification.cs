using System.Text;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Notifications;

/// <summary>What webhooks are told of a decision.</summary>
/// <remarks>
/// The sid is told whole, as the API shows it to operators: it opens nothing without a signature, and a back-end knows the session by it. What people
/// write (reasons, names of API keys) is not told, since it may hold anything; it is in the ledger under <c>Decision</c>.
/// </remarks>
/// <param name="Decision">The decision's id in the ledger.</param>
/// <param name="Sequence">Its position in the ledger.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Subject">Session or account.</param>
/// <param name="Reference">What a blocked viewer quotes to support; null unless a session.</param>
/// <param name="AccountTag">The account, where the sid or the subject names one.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Asset">What the session played, if known.</param>
/// <param name="Score">0 to 100; null unless automatic.</param>
/// <param name="Detectors">The detectors behind it.</param>
/// <param name="Reason">The strongest detector's sentence; null unless automatic.</param>
/// <param name="Until">When the block ends; null where it blocks nothing.</param>
public sealed record DecisionNotification(
    string Decision, long Sequence, DecisionKind Kind, DecisionNotification.SubjectName Subject, string? Reference, string? AccountTag, DecisionSource Source, string? Asset,
    int? Score, IReadOnlyList<string> Detectors, string? Reason, DateTimeOffset? Until)
{
    /// <summary>The notification of a decision: always the same for the same decision.</summary>
    public static Notification Of(Decision decision) => Notification.Of(
        Notification.IdOf(Encoding.UTF8.GetBytes(decision.Id)), NotificationTypes.Of(decision.Kind), decision.At, From(decision));

    private static DecisionNotification From(Decision decision)
    {
        var session = decision.Subject.Kind == SubjectKind.Session;
        var tag = decision.Subject.Kind switch
        {
            SubjectKind.Session => SessionId.AccountTagOf(decision.Subject.Value).ToString(),
            SubjectKind.Account => decision.Subject.Value,
            _ => "",
        };
        var automatic = decision.Source == DecisionSource.Auto;
        return new DecisionNotification(
            decision.Id, decision.Sequence, decision.Kind, new(decision.Subject.Kind, decision.Subject.Value),
            session ? SessionId.SupportReference(decision.Subject.Value) : null, tag.Length == 0 ? null : tag, decision.Source, decision.AssetId,
            automatic ? decision.Score : null, [.. decision.Evidence.Select(finding => finding.Detector).Distinct(StringComparer.Ordinal)],
            automatic && decision.Evidence.Count > 0 ? decision.Evidence[0].Sentence : null,
            decision.Until == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(decision.Until));
    }

    /// <summary>What a decision is about.</summary>
    /// <param name="Kind">Session or account.</param>
    /// <param name="Value">The sid or the account tag.</param>
    public readonly record struct SubjectName(SubjectKind Kind, string Value);
}
