using Portcullis.Engine;
using Portcullis.Notifications;

namespace Portcullis.Local.Notifications;

/// <summary>Reads conditions and writes their turns into the outbox. What receivers believe survives a restart.</summary>
internal sealed class ConditionMonitor(IReadOnlyList<ICondition> conditions, IOutbox outbox, TimeProvider time)
{
    private Dictionary<string, ConditionTrigger> _triggers = [];
    private long? _term;

    /// <summary>Looks once. A turn that could not be written is written at the next look.</summary>
    /// <param name="term">The term of the delivery lease: in another one, somebody else may have told of turns.</param>
    /// <param name="cancellation">Ends the look.</param>
    public async ValueTask LookAsync(long term, CancellationToken cancellation)
    {
        if (_term != term)
        {
            _triggers = new(await outbox.ReadConditionsAsync(cancellation).ConfigureAwait(false));
            _term = term;
        }
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
