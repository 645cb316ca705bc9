using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Local.Storage;
using Portcullis.Notifications;
using Portcullis.Revocations;

namespace Portcullis.Local.Notifications;

/// <summary>Notifications and deliveries in SQLite. Nothing of it is held in memory.</summary>
internal sealed partial class SqliteOutbox(SqliteDatabase database, GroupCommitWriter writer, SqliteWebhookStore webhooks) : IOutbox
{
    /// <summary>SQL: the sequence of the last notification there ever was.</summary>
    public const string EndOfEvents = "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'webhook_events'), 0)";

    private volatile bool _changed = true;

    public Action? Appended { get; set; }

    /// <summary>Writes a notification; within the transaction of whatever it tells of.</summary>
    public static void Insert(SqliteConnection connection, Notification notification) => connection.Execute(
        "INSERT OR IGNORE INTO webhook_events (id, type, body) VALUES (:id, :type, :body)",
        (":id", notification.Id), (":type", notification.Type), (":body", notification.Json));

    public ValueTask<long> ReadCursorAsync(CancellationToken cancellation)
    {
        using var connection = database.Open();
        return ValueTask.FromResult((long)connection.Scalar("SELECT sequence FROM webhook_cursor")!);
    }

    /// <inheritdoc/>
    /// <remarks>In one transaction.</remarks>
    public async ValueTask TellAsync(long from, IReadOnlyList<Decision> decisions, CancellationToken cancellation)
    {
        var notifications = decisions.Where(decision => webhooks.Held.IsWanted(NotificationTypes.Of(decision.Kind))).Select(DecisionNotification.Of).ToList();
        await WriteAsync(
            connection =>
            {
                var moved = connection.Execute("UPDATE webhook_cursor SET sequence = :to WHERE sequence = :from", (":from", from), (":to", decisions[^1].Sequence)) == 1;
                if (moved)
                {
                    foreach (var notification in notifications)
                        Insert(connection, notification);
                }
                return moved && notifications.Count > 0;
            },
            cancellation).ConfigureAwait(false);
        if (notifications.Count > 0)
            Appended?.Invoke();
    }

    public ValueTask<IReadOnlyDictionary<string, ConditionTrigger>> ReadConditionsAsync(CancellationToken cancellation)
    {
        using var connection = database.Open();
        return ValueTask.FromResult<IReadOnlyDictionary<string, ConditionTrigger>>(connection.Query(
            "SELECT name, raised, raised_at FROM webhook_conditions",
            row => KeyValuePair.Create(row.GetString(0), new ConditionTrigger(row.GetInt64(1) != 0, row.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)))))
            .ToDictionary());
    }

    public async ValueTask TurnAsync(string name, ConditionTrigger state, Notification notification, CancellationToken cancellation)
    {
        var wanted = webhooks.Held.IsWanted(notification.Type);
        await WriteAsync(
            connection =>
            {
                connection.Execute(
                    "INSERT INTO webhook_conditions (name, raised, raised_at) VALUES (:name, :raised, :at) ON CONFLICT(name) DO UPDATE SET raised = excluded.raised, raised_at = excluded.raised_at",
                    (":name", name), (":raised", state.IsRaised ? 1 : 0), (":at", state.RaisedAt?.ToUnixTimeMilliseconds()));
                if (wanted)
                    Insert(connection, notification);
                return wanted;
            },
            cancellation).ConfigureAwait(false);
        if (wanted)
            Appended?.Invoke();
    }

    private async ValueTask<T> WriteAsync<T>(Func<SqliteConnection, T> apply, CancellationToken cancellation)
    {
        var write = new Write<T>(apply, _ => _changed = true);
        await writer.EnqueueAsync(write, cancellation).ConfigureAwait(false);
        return await write.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    private static string Names(NotificationFilter filter) => JsonSerializer.Serialize(filter.Types, StoredJson.Options);
}
