using Portcullis.Notifications;

namespace Portcullis.Local.Notifications;

/// <summary>Reads conditions and writes their turns into the outbox. What receivers believe survives a restart.</summary>
internal sealed class ConditionMonitor(IReadOnlyList<ICondition> conditions, Outbox outbox, TimeProvider time)
{
    private readonly Dictionary<string, ConditionTrigger> _triggers = outbox.ReadConditions();

    /// <summary>Looks once. A turn that could not be written is written at the next look.</summary>
    public async ValueTask LookAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        foreach (var (reading, timing) in conditions.SelectMany(condition => condition.Read().Select(reading => (reading, condition.Timing))).ToList())
        {
            var before = _triggers.GetValueOrDefault(reading.Name) ?? new ConditionTrigger();
            var after = before.After(reading.Level, now, timing);
            if (before.TellTurn(reading, after, now) is { } notification)
                await outbox.TurnAsync(reading.Name, after, notification, cancellation).ConfigureAwait(false);
            _triggers[reading.Name] = after;
        }
    }
}
