using System.Collections.Concurrent;
using Portcullis.Aws.Tables;
using Portcullis.Engine;
using Portcullis.Notifications;
using Portcullis.Revocations;

namespace Portcullis.Aws.Notifications;

/// <summary>Notifications and deliveries in the state table.</summary>
/// <param name="table">The state table.</param>
/// <param name="webhooks">The registrations.</param>
/// <param name="log">The log of notifications.</param>
/// <param name="deliveries">The deliveries.</param>
/// <param name="time">The clock.</param>
internal sealed partial class DynamoOutbox(DynamoTable table, DynamoWebhookStore webhooks, NotificationLog log, DeliveryTable deliveries, TimeProvider time) : IOutbox
{
    /// <summary>After this long a worker looks again, whatever it knows: another process may have asked for something.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, OpenDeliveries> _open = new();

    public Action? Appended { get; set; }

    public async ValueTask<long> ReadCursorAsync(CancellationToken cancellation) => (await log.NewestAsync(cancellation).ConfigureAwait(false)).Cursor;

    public async ValueTask TellAsync(long from, IReadOnlyList<Decision> decisions, CancellationToken cancellation)
    {
        var cursor = from;
        var run = new List<(string Type, string Json)>();
        var text = 0;
        for (var i = 0; i < decisions.Count; i++)
        {
            if (!webhooks.Held.IsWanted(NotificationTypes.Of(decisions[i].Kind)))
                continue;
            var notification = DecisionNotification.Of(decisions[i]);
            if (run.Count == NotificationLog.MostEvents || (run.Count > 0 && text + notification.Json.Length > NotificationLog.MostText))
            {
                var before = decisions[i - 1].Sequence;
                if (!await log.TellAsync(cursor, before, run, cancellation).ConfigureAwait(false))
                    return;
                Announce();
                (cursor, run, text) = (before, [], 0);
            }
            run.Add((notification.Type, notification.Json));
            text += notification.Json.Length;
        }
        if (await log.TellAsync(cursor, decisions[^1].Sequence, run, cancellation).ConfigureAwait(false) && run.Count > 0)
            Announce();
    }

    public async ValueTask<IReadOnlyDictionary<string, ConditionTrigger>> ReadConditionsAsync(CancellationToken cancellation)
    {
        var conditions = new Dictionary<string, ConditionTrigger>();
        await foreach (var item in table.QueryAsync(WebhookItems.Conditions, cancellation: cancellation).ConfigureAwait(false))
        {
            var (name, stored) = (item[DynamoTable.Sort].S, WebhookItems.Read<StoredCondition>(item));
            if (stored.Untold is { } untold)
                await TellTurnAsync(name, stored, untold, cancellation).ConfigureAwait(false);
            conditions[name] = new ConditionTrigger(stored.IsRaised, stored.RaisedAt);
        }
        return conditions;
    }

    public async ValueTask TurnAsync(string name, ConditionTrigger state, Notification notification, CancellationToken cancellation)
    {
        var stored = new StoredCondition(state.IsRaised, state.RaisedAt, webhooks.Held.IsWanted(notification.Type) ? notification : null);
        await WriteAsync(name, stored, cancellation).ConfigureAwait(false);
        if (stored.Untold is not null)
            await TellTurnAsync(name, stored, notification, cancellation).ConfigureAwait(false);
    }

    private async Task TellTurnAsync(string name, StoredCondition stored, Notification untold, CancellationToken cancellation)
    {
        await log.AppendAsync(untold, cancellation).ConfigureAwait(false);
        await WriteAsync(name, stored with { Untold = null }, cancellation).ConfigureAwait(false);
        Announce();
    }

    private Task WriteAsync(string name, StoredCondition stored, CancellationToken cancellation) =>
        table.PutAsync(WebhookItems.Item(WebhookItems.Conditions, name, stored), null, null, cancellation);

    private void Announce()
    {
        Touch();
        Appended?.Invoke();
    }

    /// <summary>What receivers believe of a condition.</summary>
    /// <param name="IsRaised">Whether they believe that it is bad.</param>
    /// <param name="RaisedAt">When it was raised last, or null.</param>
    /// <param name="Untold">What they are to be told of it, as long as it is not in the log; or null.</param>
    private sealed record StoredCondition(bool IsRaised, DateTimeOffset? RaisedAt, Notification? Untold);
}
