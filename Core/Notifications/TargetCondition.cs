using Portcullis.Enforcement;

namespace Portcullis.Notifications;

/// <summary>Each target: bad while its last attempt failed, or while it makes no progress towards what it should enforce.</summary>
/// <param name="targets">How far each target is.</param>
/// <param name="downAfter">How long a target must have been bad to be down.</param>
public sealed class TargetCondition(Func<IReadOnlyList<TargetStatus>> targets, TimeSpan downAfter) : ICondition
{
    private readonly Dictionary<string, (long Version, DateTimeOffset? LastWrite)> _progress = [];

    /// <inheritdoc/>
    public ConditionTiming Timing { get; } = new() { RaiseAfter = downAfter };

    /// <inheritdoc/>
    public IEnumerable<ConditionReading> Read()
    {
        foreach (var target in targets())
        {
            // Behind, but further than at the last look, if only by a part of a long write: busy, not down.
            var progress = (target.Version, target.LastWrite);
            var stands = _progress.TryGetValue(target.Name, out var before) && before == progress;
            _progress[target.Name] = progress;
            var isBad = target.LastError is not null || (target.Version < target.Wanted && stands);
            yield return new ConditionReading(
                $"target:{target.Name}", isBad ? ConditionLevel.Bad : ConditionLevel.Good, NotificationTypes.TargetDown, NotificationTypes.TargetRecovered,
                new Told(target.Name, target.Version, target.Wanted, target.LastWrite));
        }
    }

    private sealed record Told(string Target, long Version, long Wanted, DateTimeOffset? LastWrite);
}
