using System.Globalization;
using Microsoft.Data.Sqlite;
using Portcullis.Local.Storage;
using Portcullis.Notifications;

namespace Portcullis.Local.Notifications;

internal sealed partial class SqliteOutbox
{
    public async ValueTask<OutboxStep> NextAsync(Webhook webhook, DateTimeOffset now, CancellationToken cancellation)
    {
        var at = now.ToUnixTimeMilliseconds();
        while (true)
        {
            List<(long Number, int Attempts, long First, long Last)> due;
            List<long> fresh;
            long position, end;
            using (var connection = database.Open())
            {
                due = connection.Query(
                    "SELECT id, attempts, first, last FROM webhook_deliveries WHERE webhook = :webhook AND state = :pending AND next_attempt <= :now ORDER BY next_attempt, id LIMIT 1",
                    row => (row.GetInt64(0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3)),
                    (":webhook", webhook.Id), (":pending", (int)DeliveryState.Pending), (":now", at));
                if (due is [var one])
                    return new OutboxStep(new OutboxDelivery(webhook.Id, one.Number, IdOf(one.Number), one.Attempts, EventsOf(connection, webhook, one.First, one.Last)), null);
                var (next, isKept) = connection.Query(
                    "SELECT min(next_attempt), coalesce(min(attempts), :aside) < :aside FROM webhook_deliveries WHERE webhook = :webhook AND state = :pending",
                    row => (row.IsDBNull(0) ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(0)), row.GetInt64(1) != 0),
                    (":webhook", webhook.Id), (":pending", (int)DeliveryState.Pending), (":aside", RetrySchedule.AttemptsInOrder)).Single();
                if (isKept)
                    return new OutboxStep(null, next);
                if (connection.Query("SELECT position FROM webhooks WHERE id = :id AND disabled IS NULL", row => row.GetInt64(0), (":id", webhook.Id)) is not [var begin])
                    return new OutboxStep(null, null);
                position = begin;
                end = (long)connection.Scalar("SELECT coalesce(max(sequence), 0) FROM webhook_events")!;
                fresh = connection.Query(
                    "SELECT sequence FROM webhook_events WHERE sequence > :position AND sequence <= :end AND +type IN (SELECT value FROM json_each(:types)) ORDER BY sequence LIMIT :limit",
                    row => row.GetInt64(0), (":position", position), (":end", end), (":types", Names(webhook.Filter)), (":limit", NotificationBatch.MostEvents));
                if (fresh.Count == 0 && end <= position)
                    return new OutboxStep(null, next);
            }
            await CutAsync(webhook.Id, position, fresh.Count == 0 ? end : fresh[^1], fresh, at, cancellation).ConfigureAwait(false);
        }
    }

    public async ValueTask RecordAsync(OutboxDelivery delivery, PostOutcome outcome, DateTimeOffset now, TimeSpan? wait, CancellationToken cancellation)
    {
        var state = outcome.IsDelivered ? DeliveryState.Delivered : wait is null ? DeliveryState.Dead : DeliveryState.Pending;
        await WriteAsync(
            connection => connection.Execute(
                "UPDATE webhook_deliveries SET state = :state, attempts = :attempts, last_attempt = :now, status = :status, error = :error, next_attempt = :next WHERE id = :id AND state = :pending",
                (":id", delivery.Number), (":state", (int)state), (":attempts", delivery.Attempts + 1), (":now", now.ToUnixTimeMilliseconds()), (":status", outcome.Status),
                (":error", outcome.Error), (":next", state == DeliveryState.Pending ? (now + wait!.Value).ToUnixTimeMilliseconds() : null), (":pending", (int)DeliveryState.Pending)),
            cancellation).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<WebhookDelivery>> ListDeliveriesAsync(string webhook, DeliveryState? state, int limit, CancellationToken cancellation)
    {
        using var connection = database.Open();
        return ValueTask.FromResult<IReadOnlyList<WebhookDelivery>>(connection.Query(
            """
            SELECT id, state, events, created, attempts, last_attempt, status, error, next_attempt FROM webhook_deliveries
            WHERE webhook = :webhook AND (:state IS NULL OR state = :state)
            ORDER BY last_attempt DESC NULLS FIRST, id DESC LIMIT :limit
            """,
            row => new WebhookDelivery(
                IdOf(row.GetInt64(0)), (DeliveryState)row.GetInt32(1), row.GetInt32(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), row.GetInt32(4),
                MomentOf(row, 5), row.IsDBNull(6) ? null : row.GetInt32(6), row.IsDBNull(7) ? null : row.GetString(7), MomentOf(row, 8)),
            (":webhook", webhook), (":state", (int?)state), (":limit", limit)));
    }

    public async ValueTask<int> RedeliverAsync(string webhook, DateTimeOffset now, CancellationToken cancellation)
    {
        var count = await WriteAsync(
            connection => connection.Execute(
                "UPDATE webhook_deliveries SET state = :pending, attempts = :aside, next_attempt = :now WHERE webhook = :webhook AND state = :dead",
                (":webhook", webhook), (":pending", (int)DeliveryState.Pending), (":dead", (int)DeliveryState.Dead), (":now", now.ToUnixTimeMilliseconds()),
                (":aside", RetrySchedule.AttemptsInOrder)),
            cancellation).ConfigureAwait(false);
        Appended?.Invoke();
        return count;
    }

    /// <summary>Moves a webhook's position on, and makes what was wanted on the way a delivery.</summary>
    private ValueTask<bool> CutAsync(string webhook, long from, long to, List<long> events, long now, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            if (connection.Execute("UPDATE webhooks SET position = :to WHERE id = :id AND position = :from AND disabled IS NULL", (":id", webhook), (":from", from), (":to", to)) == 0)
                return false;
            if (events.Count > 0)
            {
                connection.Execute(
                    "INSERT INTO webhook_deliveries (webhook, first, last, events, created, state, attempts, next_attempt) VALUES (:webhook, :first, :last, :events, :now, :pending, 0, :now)",
                    (":webhook", webhook), (":first", events[0]), (":last", events[^1]), (":events", events.Count), (":now", now), (":pending", (int)DeliveryState.Pending));
            }
            return true;
        },
        cancellation);

    private static List<string> EventsOf(SqliteConnection connection, Webhook webhook, long first, long last) => connection.Query(
        "SELECT body FROM webhook_events WHERE sequence BETWEEN :first AND :last AND +type IN (SELECT value FROM json_each(:types)) ORDER BY sequence",
        row => row.GetString(0), (":first", first), (":last", last), (":types", Names(webhook.Filter)));

    private static string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"dlv_{number}");

    private static DateTimeOffset? MomentOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
