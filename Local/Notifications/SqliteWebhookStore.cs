using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Local.Keys;
using Portcullis.Local.Storage;
using Portcullis.Notifications;

namespace Portcullis.Local.Notifications;

/// <summary>Webhooks in SQLite, URL and secrets sealed, all of them in memory.</summary>
internal sealed class SqliteWebhookStore
{
    private readonly GroupCommitWriter _writer;
    private readonly KeySeal _seal;
    private readonly TimeProvider _time;
    private volatile ImmutableDictionary<string, HeldWebhook> _held;

    /// <exception cref="InvalidOperationException">The key file does not open what is stored.</exception>
    public SqliteWebhookStore(SqliteDatabase database, GroupCommitWriter writer, KeySeal seal, TimeProvider time)
    {
        _writer = writer;
        _seal = seal;
        _time = time;
        using var connection = database.Open();
        try
        {
            _held = connection.Query("SELECT id, filter, description, created, disabled, sealed FROM webhooks", Read).ToImmutableDictionary(held => held.Webhook.Id);
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new InvalidOperationException($"The key file does not open the webhooks in {database.Path}; restore the one that belongs to it.", error);
        }
    }

    /// <summary>All webhooks, the oldest first.</summary>
    public IReadOnlyList<HeldWebhook> All => [.. _held.Values.OrderBy(held => held.Webhook.Created).ThenBy(held => held.Webhook.Id, StringComparer.Ordinal)];

    public bool Any => !_held.IsEmpty;

    public HeldWebhook? Find(string id) => _held.GetValueOrDefault(id);

    /// <summary>Whether any webhook in use wants a notification.</summary>
    public bool IsWanted(string type) => _held.Values.Any(held => held.Webhook.Disabled is null && held.Webhook.Filter.Wants(type));

    /// <summary>Adds a webhook; it begins at the end of what happened so far.</summary>
    /// <returns>False where there are as many as there may be.</returns>
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
                $"INSERT INTO webhooks (id, filter, description, created, sealed, position) VALUES (:id, :filter, :description, :created, :sealed, {Outbox.EndOfEvents})",
                (":id", webhook.Id), (":filter", JsonSerializer.Serialize(webhook.Filter.Patterns, StoredJson.Options)), (":description", webhook.Description),
                (":created", webhook.Created.ToUnixTimeMilliseconds()), (":sealed", held.Close(_seal)));
            return true;
        },
        added => _held = added ? _held.Add(held.Webhook.Id, held) : _held,
        cancellation);

    /// <returns>Whether there was one.</returns>
    public ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            connection.Execute("DELETE FROM webhook_deliveries WHERE webhook = :id", (":id", id));
            return connection.Execute("DELETE FROM webhooks WHERE id = :id", (":id", id)) == 1;
        },
        _ => _held = _held.Remove(id),
        cancellation);

    /// <summary>Puts a new secret in front of the present one, which signs on until a time.</summary>
    /// <returns>The webhook as it is then, or null.</returns>
    public ValueTask<HeldWebhook?> RotateAsync(string id, string secret, DateTimeOffset oldUntil, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            if (FindWithin(connection, id) is not { } held)
                return null;
            held = held with { Webhook = held.Webhook with { OldSecretUntil = oldUntil }, Secret = secret, OldSecret = held.Secret };
            connection.Execute("UPDATE webhooks SET sealed = :sealed WHERE id = :id", (":id", id), (":sealed", held.Close(_seal)));
            return held;
        },
        Publish,
        cancellation);

    /// <returns>The webhook as it is then, or null.</returns>
    public ValueTask<HeldWebhook?> EnableAsync(string id, CancellationToken cancellation) => WriteAsync(
        connection =>
        {
            if (FindWithin(connection, id) is not { } held)
                return null;
            connection.Execute($"UPDATE webhooks SET disabled = NULL, position = {Outbox.EndOfEvents} WHERE id = :id AND disabled IS NOT NULL", (":id", id));
            return held with { Webhook = held.Webhook with { Disabled = null } };
        },
        Publish,
        cancellation);

    /// <summary>Switches a webhook off: what was on its way to it is dead, and the others are told.</summary>
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
                Outbox.Insert(connection, Notification.Of(NotificationTypes.WebhookDisabled, now, new { webhook = id, status = PostOutcome.Gone }));
                return held with { Webhook = held.Webhook with { Disabled = now } };
            },
            Publish,
            cancellation);
    }

    private void Publish(HeldWebhook? held) => _held = held is null ? _held : _held.SetItem(held.Webhook.Id, held);

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
