using System.Text.Json;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Local.Storage;

namespace Portcullis.Local.Keys;

/// <summary>The one row of the table <c>key_ring</c>: states and times, no secrets.</summary>
internal static class KeyRingRow
{
    /// <summary>The ring; null where none was written yet.</summary>
    /// <exception cref="InvalidOperationException">What is written is no ring.</exception>
    public static KeyRing? Read(SqliteConnection connection) =>
        connection.Query("SELECT body FROM key_ring", row => Parse(row.GetString(0))).SingleOrDefault();

    public static void Write(SqliteConnection connection, KeyRing ring) => connection.Execute(
        "INSERT INTO key_ring (id, version, body) VALUES (1, :version, :body) ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body",
        (":version", ring.Version), (":body", JsonSerializer.Serialize(ring, StoredJson.Options)));

    private static KeyRing Parse(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<KeyRing>(body, StoredJson.Options) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw new InvalidOperationException($"The table key_ring of the main database is damaged ({error.Message}); restore the database from the backup.", error);
        }
    }
}
