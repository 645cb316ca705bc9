using Portcullis.Revocations;

namespace Portcullis.Notifications;

/// <summary>The names of what a webhook may be told. Names are never changed nor given another meaning.</summary>
public static class NotificationTypes
{
    /// <summary>A session or account was blocked.</summary>
    public const string Blocked = "revocation.blocked";

    /// <summary>An automatic revocation waits for a person.</summary>
    public const string Held = "revocation.held";

    /// <summary>A person rejected what was held.</summary>
    public const string Dropped = "revocation.dropped";

    /// <summary>A block was lifted.</summary>
    public const string Lifted = "revocation.lifted";

    /// <summary>The kill switch: nothing automatic is enforced from now on.</summary>
    public const string Disarmed = "enforcement.disarmed";

    /// <summary>The kill switch was taken back.</summary>
    public const string Armed = "enforcement.armed";

    /// <summary>The ledger took a decision that has no name of its own here; its data says which.</summary>
    public const string Decided = "ledger.decided";

    /// <summary>A target has not enforced what it must for some time.</summary>
    public const string TargetDown = "target.down";

    /// <summary>A target that was down enforces again.</summary>
    public const string TargetRecovered = "target.recovered";

    /// <summary>Log lines are read too late to block in time.</summary>
    public const string StreamLagging = "stream.lagging";

    /// <summary>Log lines are read in time again.</summary>
    public const string StreamRecovered = "stream.recovered";

    /// <summary>A key rotation does not get on.</summary>
    public const string RotationStuck = "rotation.stuck";

    /// <summary>A key rotation that was stuck got on.</summary>
    public const string RotationResumed = "rotation.resumed";

    /// <summary>Another webhook was switched off because its receiver answered 410.</summary>
    public const string WebhookDisabled = "webhook.disabled";

    /// <summary>Asked for by an administrator, to try a webhook; cannot be filtered.</summary>
    public const string Ping = "ping";

    /// <summary>Every name that a filter may hold.</summary>
    public static readonly IReadOnlyList<string> All =
        [Blocked, Held, Dropped, Lifted, Disarmed, Armed, Decided, TargetDown, TargetRecovered, StreamLagging, StreamRecovered, RotationStuck, RotationResumed, WebhookDisabled];

    /// <summary>What a decision is told as: the one place that knows.</summary>
    public static string Of(DecisionKind kind) => kind switch
    {
        DecisionKind.Revoke or DecisionKind.Release => Blocked,
        DecisionKind.Hold => Held,
        DecisionKind.Drop => Dropped,
        DecisionKind.Lift => Lifted,
        DecisionKind.Disarm => Disarmed,
        DecisionKind.Arm => Armed,
        _ => Decided,
    };
}
