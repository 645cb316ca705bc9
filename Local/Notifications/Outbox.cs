using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Local.Storage;
using Portcullis.Notifications;
using Portcullis.Revocations;

namespace Portcullis.Local.Notifications;

/// <summary>
/// Notifications and deliveries in SQLite: a log of notifications, each stored once; per webhook a position in it; and the deliveries cut from it there.
/// Nothing of it is held in memory.
/// </summary>
internal sealed partial class Outbox(SqliteDatabase database, GroupCommitWriter writer, SqliteWebhookStore webhooks)
{
    /// <summary>SQL: the sequence of the last notification there ever was.</summary>
    public const string EndOfEvents = "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'webhook_events'), 0)";

    private volatile bool _changed = true;

    /// <summary>Called when there are new notifications, or old ones to be sent again.</summary>
    public Action? Appended { get; set; }

    /// <summary>Writes a notification; within the transaction of whatever it tells of.</summary>
    public static void Insert(SqliteConnection connection, Notification notification) => connection.Execute(
        "INSERT OR IGNORE INTO webhook_events (id, type, body) VALUES (:id, :type, :body)",
        (":id", notification.Id), (":type", notification.Type), (":body", notification.Json));

    /// <summary>The next decisions of the ledger that were not told yet, oldest first, and the cursor that they follow.</summary>
    public (long Cursor, List<Decision> Decisions) ReadUntold(int limit)
    {
        using var connection = database.Open();
        var cursor = (long)connection.Scalar("SELECT sequence FROM webhook_cursor")!;
        return (cursor, connection.Query(
            "SELECT sequence, body FROM decisions WHERE sequence > :cursor ORDER BY sequence LIMIT :limit",
            row => JsonSerializer.Deserialize<Decision>(row.GetString(1), StoredJson.Options)! with { Sequence = row.GetInt64(0) },
            (":cursor", cursor), (":limit", limit)));
    }

    /// <summary>Writes what the next decisions are told as, and that they are: in one transaction, so none is told twice or never.</summary>
    /// <param name="from">The cursor that they follow.</param>
    /// <param name="decisions">The decisions behind it, oldest first, without a gap.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask TellAsync(long from, IReadOnlyList<Decision> decisions, CancellationToken cancellation)
    {
        var notifications = decisions.Where(decision => webhooks.IsWanted(NotificationTypes.Of(decision.Kind))).Select(DecisionNotification.Of).ToList();
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

    /// <summary>The conditions that were raised or cleared before.</summary>
    public Dictionary<string, ConditionTrigger> ReadConditions()
    {
        using var connection = database.Open();
        return connection.Query(
            "SELECT name, raised, raised_at FROM webhook_conditions",
            row => KeyValuePair.Create(row.GetString(0), new ConditionTrigger(row.GetInt64(1) != 0, row.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)))))
            .ToDictionary();
    }

    /// <summary>Writes that a condition was raised or cleared, with what is told of it.</summary>
    public async ValueTask TurnAsync(string name, ConditionTrigger state, Notification notification, CancellationToken cancellation)
    {
        var wanted = webhooks.IsWanted(notification.Type);
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
