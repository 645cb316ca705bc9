using Portcullis.Engine;
using Portcullis.Local.Storage;
using Portcullis.Media;
using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <summary>
/// The stored sessions and, in the same transaction, what was learned of titles and the shard positions that both belong to: a restart reads
/// on from exactly there.
/// </summary>
internal sealed class SessionSnapshots : IHealthReporting
{
    private const string Schema = """
        CREATE TABLE sessions (sid TEXT PRIMARY KEY, state BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE positions (shard TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
        """;

    /// <summary>Came later, and no version that does not know it is harmed by it.</summary>
    private const string DocumentsSchema = "CREATE TABLE IF NOT EXISTS documents (name TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT";

    /// <summary>Name of the document that holds what was learned of titles.</summary>
    public const string Titles = "titles";

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private volatile StoreHealth _health;

    public SessionSnapshots(string path, TimeProvider time)
    {
        _database = new SqliteDatabase(path, durable: false, Schema);
        using (var connection = _database.Open())
            connection.Execute(DocumentsSchema);
        _time = time;
        _health = new StoreHealth("session-snapshots", null, time.GetUtcNow());
    }

    public StoreHealth Health => _health;

    public Dictionary<string, long> LoadPositions()
    {
        using var connection = _database.Open();
        return connection.Query("SELECT shard, position FROM positions", row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1))).ToDictionary();
    }

    /// <summary>Reads back what was learned of titles; nothing yet where nothing is stored. What cannot be read is learned anew.</summary>
    /// <param name="unreadable">Told when what is stored cannot be read.</param>
    public MediaReader LoadMedia(Action<Exception> unreadable)
    {
        if (LoadDocument(Titles) is not { } content)
            return new MediaReader();
        try
        {
            return MediaReader.OfBytes(content);
        }
        catch (InvalidDataException error)
        {
            unreadable(error);
            return new MediaReader();
        }
    }

    /// <summary>Reads a document back; null where there is none.</summary>
    public byte[]? LoadDocument(string name)
    {
        using var connection = _database.Open();
        return connection.Scalar("SELECT content FROM documents WHERE name = :name", (":name", name)) as byte[];
    }

    /// <summary>Reads the sessions back. One that cannot be read is left out: its lines from the stored position on still count.</summary>
    public List<SessionState> LoadSessions(AgentTexts agents, Action<string, Exception> unreadable)
    {
        using var connection = _database.Open();
        var states = new List<SessionState>();
        foreach (var (sid, blob) in connection.Query("SELECT sid, state FROM sessions", row => (row.GetString(0), (byte[])row.GetValue(1))))
        {
            try
            {
                using var reader = new BinaryReader(new MemoryStream(blob));
                states.Add(SessionState.Read(sid, reader, agents));
            }
            catch (Exception error) when (error is InvalidDataException or IOException or FormatException or ArgumentException)
            {
                unreadable(sid, error);
            }
        }
        return states;
    }

    /// <summary>Stores changed sessions, positions and documents together.</summary>
    /// <param name="sessions">Changed sessions; null for one that was dropped.</param>
    /// <param name="positions">The positions that all this belongs to.</param>
    /// <param name="documents">Documents that are new or have changed; others stay as they are stored.</param>
    /// <returns>False when nothing was stored; the health says why.</returns>
    public bool TrySave(IReadOnlyCollection<KeyValuePair<string, byte[]?>> sessions, IReadOnlyDictionary<string, long> positions, params IEnumerable<KeyValuePair<string, byte[]>> documents)
    {
        try
        {
            using var connection = _database.Open();
            using var transaction = connection.BeginTransaction(deferred: false);
            using var put = connection.CreateCommand();
            put.CommandText = "INSERT INTO sessions (sid, state) VALUES (:sid, :state) ON CONFLICT (sid) DO UPDATE SET state = excluded.state";
            var putSid = put.Parameters.AddWithValue(":sid", "");
            var putState = put.Parameters.AddWithValue(":state", Array.Empty<byte>());
            foreach (var (sid, state) in sessions)
            {
                if (state is null)
                {
                    connection.Execute("DELETE FROM sessions WHERE sid = :sid", (":sid", sid));
                    continue;
                }
                putSid.Value = sid;
                putState.Value = state;
                put.ExecuteNonQuery();
            }
            foreach (var (shard, position) in positions)
                connection.Execute("INSERT INTO positions (shard, position) VALUES (:shard, :position) ON CONFLICT (shard) DO UPDATE SET position = excluded.position", (":shard", shard), (":position", position));
            foreach (var (name, content) in documents)
                connection.Execute("INSERT INTO documents (name, content) VALUES (:name, :content) ON CONFLICT (name) DO UPDATE SET content = excluded.content", (":name", name), (":content", content));
            transaction.Commit();
            Report(null);
            return true;
        }
        catch (Microsoft.Data.Sqlite.SqliteException error)
        {
            Report($"SQLite error {error.SqliteErrorCode} ({error.SqliteExtendedErrorCode}): {error.Message}");
            return false;
        }
    }

    /// <summary>
    /// Deletes stored sessions so that nothing of them is left in the file: deleted rows are overwritten, and the file is written anew, as
    /// earlier states of a session may lie in its free parts.
    /// </summary>
    /// <param name="from">First sid.</param>
    /// <param name="until">First sid after the last.</param>
    /// <param name="cancellation">Ends the wait; parts of them may then still be there.</param>
    /// <exception cref="StoreUnavailableException">The file cannot be written now, or parts of them may still be in its log; erase again.</exception>
    public async Task<int> EraseAsync(string from, string until, CancellationToken cancellation)
    {
        int erased;
        try
        {
            using var connection = _database.Open();
            erased = connection.Execute("DELETE FROM sessions WHERE sid >= :from AND sid < :until", (":from", from), (":until", until));
            connection.Execute("VACUUM");
        }
        catch (Microsoft.Data.Sqlite.SqliteException error)
        {
            throw new StoreUnavailableException("The stored sessions cannot be erased now; erase again.", error);
        }
        await _database.EmptyLogAsync(cancellation).ConfigureAwait(false);
        return erased;
    }

    private void Report(string? error) => _health = _health.Becoming(error, _time);
}
