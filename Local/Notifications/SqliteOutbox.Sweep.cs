using Portcullis.Engine;
using Portcullis.Local.Storage;
using Portcullis.Notifications;

namespace Portcullis.Local.Notifications;

internal sealed partial class SqliteOutbox
{
    /// <summary>Delivered ones that are kept for a look at them, per webhook.</summary>
    private const int KeptDelivered = 200;

    /// <summary>Most rows deleted in one transaction: decisions wait for it.</summary>
    private const int MostDeleted = 2_000;

    private static readonly TimeSpan KeptDead = TimeSpan.FromDays(7);

    public ValueTask<WebhookCounts> CountAsync(WebhookCounts last, CancellationToken cancellation) => ValueTask.FromResult(_changed ? Count() : last);

    public void Touch() => _changed = true;

    private WebhookCounts Count()
    {
        _changed = false;
        var all = webhooks.Held.All;
        using var connection = database.Open();
        long Sum(DeliveryState state) => (long)connection.Scalar("SELECT coalesce(sum(events), 0) FROM webhook_deliveries WHERE state = :state", (":state", (int)state))!;
        var uncut = all.Where(held => held.Webhook.Disabled is null).Sum(held => (long)connection.Scalar(
            "SELECT count(*) FROM webhook_events WHERE type IN (SELECT value FROM json_each(:types)) AND sequence > (SELECT position FROM webhooks WHERE id = :id)",
            (":types", Names(held.Webhook.Filter)), (":id", held.Webhook.Id))!);
        return new WebhookCounts(all.Count, all.Count(held => held.Webhook.Disabled is not null), Sum(DeliveryState.Pending) + uncut, Sum(DeliveryState.Dead));
    }

    public ValueTask<bool> SweepAsync(DateTimeOffset now, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            foreach (var held in webhooks.Held.All)
            {
                connection.Execute(
                    """
                    DELETE FROM webhook_deliveries WHERE webhook = :webhook AND state = :delivered
                    AND id <= (SELECT id FROM webhook_deliveries WHERE webhook = :webhook AND state = :delivered ORDER BY id DESC LIMIT 1 OFFSET :kept)
                    """,
                    (":webhook", held.Webhook.Id), (":delivered", (int)DeliveryState.Delivered), (":kept", KeptDelivered));
            }
            connection.Execute(
                "DELETE FROM webhook_deliveries WHERE state <> :pending AND coalesce(last_attempt, created) < :before",
                (":pending", (int)DeliveryState.Pending), (":before", (now - KeptDead).ToUnixTimeMilliseconds()));
            return connection.Execute(
                """
                DELETE FROM webhook_events WHERE sequence IN (SELECT sequence FROM webhook_events WHERE sequence < min(
                    (SELECT coalesce(min(position), 9223372036854775806) FROM webhooks WHERE disabled IS NULL) + 1,
                    (SELECT coalesce(min(first), 9223372036854775807) FROM webhook_deliveries WHERE state <> :delivered))
                    ORDER BY sequence LIMIT :most)
                """,
                (":delivered", (int)DeliveryState.Delivered), (":most", MostDeleted)) == MostDeleted;
        },
        cancellation);
}
