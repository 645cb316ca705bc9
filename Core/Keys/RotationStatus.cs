namespace Portcullis.Keys;

/// <summary>How a rotation under way is doing.</summary>
/// <param name="Rotation">The rotation.</param>
/// <param name="Stage">How far it is.</param>
/// <param name="Age">Since it was asked for.</param>
/// <param name="IsStuck">Whether it is older than <see cref="KeyRotationOptions.StuckAfter"/>.</param>
/// <param name="WaitingFor">The targets it waits for.</param>
public sealed record RotationStatus(KeyRotation Rotation, RotationStage Stage, TimeSpan Age, bool IsStuck, IReadOnlyList<AwaitedTarget> WaitingFor);

/// <summary>How far a rotation is.</summary>
public enum RotationStage
{
    /// <summary>The new key is on its way to the targets.</summary>
    Pending = 0,

    /// <summary>All targets hold the new key; it signs with the next step.</summary>
    Confirmed,

    /// <summary>The new key signs; the targets are dropping the old ones (emergency only).</summary>
    Dropping,
}

/// <summary>A target that a rotation waits for.</summary>
/// <param name="Target">Its name.</param>
/// <param name="Reason">What it has not shown yet.</param>
public sealed record AwaitedTarget(string Target, string Reason);
