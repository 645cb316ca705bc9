using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Local.Storage;
using Portcullis.Notifications;

namespace Portcullis.Local.Notifications;

/// <summary>Webhooks in SQLite, URL and secrets sealed, all of them in memory.</summary>
internal sealed class SqliteWebhookStore : IWebhookStore
{
    private readonly GroupCommitWriter _writer;
    private readonly SecretSeal _seal;
    private readonly TimeProvider _time;
    private volatile HeldWebhooks _held;

    /// <exception cref="InvalidOperationException">The key file does not open what is stored.</exception>
    public SqliteWebhookStore(SqliteDatabase database, GroupCommitWriter writer, SecretSeal seal, TimeProvider time)
    {
        _writer = writer;
        _seal = seal;
        _time = time;
        using var connection = database.Open();
        try
        {
            _held = HeldWebhooks.Of(connection.Query("SELECT id, filter, description, created, disabled, sealed FROM webhooks", Read));
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new InvalidOperationException($"The key file does not open the webhooks in {database.Path}; restore the one that belongs to it.", error);
        }
    }

    public HeldWebhooks Held => _held;

    // Nobody else writes to the database.
    public ValueTask<bool> RefreshAsync(CancellationToken cancellation) => ValueTask.FromResult(false);

    public ValueTask<bool> AddAsync(HeldWebhook held, int most, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            var count = (long)connection.Scalar("SELECT count(*) FROM webhooks")!;
            if (count >= most)
                return false;
            // Nobody has followed the ledger as long as there was no webhook.
            if (count == 0)
                connection.Execute("UPDATE webhook_cursor SET sequence = (SELECT coalesce(max(sequence), 0) FROM decisions)");
            var webhook = held.Webhook;
            connection.Execute(
                $"INSERT INTO webhooks (id, filter, description, created, sealed, position) VALUES (:id, :filter, :description, :created, :sealed, {SqliteOutbox.EndOfEvents})",
                (":id", webhook.Id), (":filter", JsonSerializer.Serialize(webhook.Filter.Patterns, StoredJson.Options)), (":description", webhook.Description),
                (":created", webhook.Created.ToUnixTimeMilliseconds()), (":sealed", held.Close(_seal)));
            return true;
        },
        added => _held = added ? _held.With(held) : _held,
        cancellation);

    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            connection.Execute("DELETE FROM webhook_deliveries WHERE webhook = :id", (":id", id));
            return connection.Execute("DELETE FROM webhooks WHERE id = :id", (":id", id)) == 1;
        },
        _ => _held = _held.Without(id),
        cancellation);

    public ValueTask<HeldWebhook?> RotateAsync(string id, string secret, DateTimeOffset oldUntil, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            if (FindWithin(connection, id) is not { } held)
                return null;
            held = held.Rotated(secret, oldUntil);
            connection.Execute("UPDATE webhooks SET sealed = :sealed WHERE id = :id", (":id", id), (":sealed", held.Close(_seal)));
            return held;
        },
        Publish,
        cancellation);

    public ValueTask<HeldWebhook?> EnableAsync(string id, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            if (FindWithin(connection, id) is not { } held)
                return null;
            connection.Execute($"UPDATE webhooks SET disabled = NULL, position = {SqliteOutbox.EndOfEvents} WHERE id = :id AND disabled IS NOT NULL", (":id", id));
            return held with { Webhook = held.Webhook with { Disabled = null } };
        },
        Publish,
        cancellation);

    public ValueTask<HeldWebhook?> DisableAsync(string id, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        return WriteAsync(
            connection =>
            {
                if (FindWithin(connection, id) is not { Webhook.Disabled: null } held)
                    return null;
                connection.Execute("UPDATE webhooks SET disabled = :now WHERE id = :id", (":id", id), (":now", now.ToUnixTimeMilliseconds()));
                connection.Execute(
                    "UPDATE webhook_deliveries SET state = :dead, next_attempt = NULL WHERE webhook = :id AND state = :pending",
                    (":id", id), (":dead", (int)DeliveryState.Dead), (":pending", (int)DeliveryState.Pending));
                SqliteOutbox.Insert(connection, Notification.Of(NotificationTypes.WebhookDisabled, now, new { webhook = id, status = PostOutcome.Gone }));
                return held with { Webhook = held.Webhook with { Disabled = now } };
            },
            Publish,
            cancellation);
    }

    private void Publish(HeldWebhook? held) => _held = held is null ? _held : _held.With(held);

    // A change of the same group may not be in memory yet.
    private HeldWebhook? FindWithin(SqliteConnection connection, string id) =>
        connection.Query("SELECT id, filter, description, created, disabled, sealed FROM webhooks WHERE id = :id", Read, (":id", id)).SingleOrDefault();

    private HeldWebhook Read(SqliteDataReader row) => HeldWebhook.Open(
        _seal, (byte[])row.GetValue(5), row.GetString(0), new NotificationFilter(JsonSerializer.Deserialize<string[]>(row.GetString(1), StoredJson.Options)!), row.GetString(2),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)), row.IsDBNull(4) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)));

    private async ValueTask<T> WriteAsync<T>(Func<SqliteConnection, T> apply, Action<T> committed, CancellationToken cancellation)
    {
        var write = new Write<T>(apply, committed);
        await _writer.EnqueueAsync(write, cancellation).ConfigureAwait(false);
        return await write.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }
}
