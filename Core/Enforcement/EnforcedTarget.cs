using Portcullis.Keys;

namespace Portcullis.Enforcement;

/// <summary>A target of an installation.</summary>
/// <param name="Enforcer">What reconciles it.</param>
/// <param name="KeySettle">How long a key that it shows may take to be everywhere; zero for a target inside this process; null for one that holds no keys.</param>
public sealed record EnforcedTarget(IEnforcer Enforcer, TimeSpan? KeySettle)
{
    /// <summary>The target as the rotation of keys sees it; null when it holds none.</summary>
    internal KeyTarget? AsKeyTarget => KeySettle is { } settle ? new KeyTarget(Enforcer.Status.Name, settle, Held, Enforcer.Signal) : null;

    /// <summary>A target inside this process is empty before its first plan; what a remote one holds is not known before it was read.</summary>
    private HeldKeys? Held() => Enforcer.HeldKeys ?? (KeySettle == TimeSpan.Zero ? HeldKeys.None : null);
}
