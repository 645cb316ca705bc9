using Portcullis.Keys;

namespace Portcullis.Notifications;

/// <summary>The rotation of the keys behind v2 tokens: bad while one under way is stuck.</summary>
/// <param name="rotation">How the rotation under way is doing; null when there is none.</param>
public sealed class RotationCondition(Func<RotationStatus?> rotation) : ICondition
{
    /// <inheritdoc/>
    public ConditionTiming Timing { get; } = new();

    /// <inheritdoc/>
    public IEnumerable<ConditionReading> Read()
    {
        var status = rotation();
        yield return new ConditionReading(
            "rotation", status is { IsStuck: true } ? ConditionLevel.Bad : ConditionLevel.Good, NotificationTypes.RotationStuck, NotificationTypes.RotationResumed,
            new Told(status?.Rotation.KeyId, status?.Rotation.IsEmergency, status?.Stage, status is null ? null : Math.Round(status.Age.TotalSeconds), [.. status?.WaitingFor.Select(target => target.Target) ?? []]));
    }

    private sealed record Told(string? KeyId, bool? Emergency, RotationStage? Stage, double? AgeSeconds, IReadOnlyList<string> WaitingFor);
}
