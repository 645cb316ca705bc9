using System.Globalization;
using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Api.Console;

/// <summary>The domain's values in an operator's words.</summary>
internal static class Words
{
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count with its noun: <c>1 viewer</c>, <c>3 viewers</c>.</summary>
    public static string Count(long number, string noun) => $"{Count(number)} {noun}{(number == 1 ? "" : "s")}";

    public static string Seconds(double? seconds) => seconds is { } lag ? lag.ToString("0.0", CultureInfo.InvariantCulture) + " s" : "none";

    public static string Milliseconds(double milliseconds) => milliseconds.ToString("N0", CultureInfo.InvariantCulture) + " ms";

    public static string Of(VerdictAction action) => action switch
    {
        VerdictAction.Revoke => "revoke",
        VerdictAction.Flag => "flag",
        _ => "observe",
    };

    public static string Of(DecisionSource source) => source switch
    {
        DecisionSource.Auto => "detectors",
        DecisionSource.Manual => "person",
        DecisionSource.Watermark => "watermark",
        _ => "account limit",
    };

    public static string Of(HoldCause? cause) => cause switch
    {
        HoldCause.UserAgent => "one app version",
        HoldCause.Network => "one network",
        _ => "too many in a minute",
    };

    /// <summary>What a decision did, in one word.</summary>
    public static string Of(DecisionKind kind) => kind switch
    {
        DecisionKind.Revoke => "revoked",
        DecisionKind.Lift => "lifted",
        DecisionKind.Hold => "held",
        DecisionKind.Release => "released",
        DecisionKind.Drop => "dropped",
        DecisionKind.Disarm => "disarmed",
        DecisionKind.Arm => "armed",
        DecisionKind.Bulk => "ordered",
        DecisionKind.Allow => "allowed",
        _ => "disallowed",
    };

    /// <summary>Who decided, without saying it twice when the detectors did.</summary>
    public static string ActorOf(Decision decision) => decision.Source == DecisionSource.Auto && decision.Actor == Of(DecisionSource.Auto) ? Of(decision.Source) : $"{Of(decision.Source)} · {decision.Actor}";

    /// <summary>The tone in which a score is shown; the verdict decides, since thresholds are the asset's.</summary>
    public static string ToneOf(VerdictAction action) => action switch
    {
        VerdictAction.Revoke => "bad",
        VerdictAction.Flag => "warn",
        _ => "calm",
    };
}
