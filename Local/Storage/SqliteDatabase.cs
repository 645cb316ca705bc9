using System.Globalization;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;

namespace Portcullis.Local.Storage;

/// <summary>A SQLite file with its schema.</summary>
internal sealed class SqliteDatabase
{
    static SqliteDatabase() => SQLitePCL.Batteries_V2.Init();

    private const int EmptyingAttempts = 20;

    private static readonly TimeSpan EmptyingAgain = TimeSpan.FromMilliseconds(50);

    private readonly string _connectionString;
    private readonly bool _durable;

    /// <param name="path">The file.</param>
    /// <param name="durable">Whether a commit waits for the disk (<c>synchronous=FULL</c>).</param>
    /// <param name="steps">Statements that bring an empty file to version 1, that to version 2, and so on; what has been released is never changed.</param>
    /// <exception cref="InvalidOperationException">The file was written by a later version.</exception>
    public SqliteDatabase(string path, bool durable, params ReadOnlySpan<string> steps)
    {
        Path = path;
        _durable = durable;
        // Pooling would keep the file open behind our back.
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 2 }.ToString();
        // Before SQLite makes them: it gives its log the mode of the file.
        KeepToTheOwner(path);
        using var connection = Open();
        var version = Convert.ToInt64(connection.Scalar("PRAGMA user_version"), CultureInfo.InvariantCulture);
        if (version > steps.Length)
            throw new InvalidOperationException($"{path} has schema version {version}; this build knows {steps.Length}. Run the version that wrote it, or a later one.");
        IsNew = version == 0;
        if (version < steps.Length)
        {
            using var transaction = connection.BeginTransaction();
            foreach (var step in steps[(int)version..])
                connection.Execute(step);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {steps.Length}"));
            transaction.Commit();
        }
    }

    public string Path { get; }

    private static void KeepToTheOwner(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        if (!File.Exists(path))
            DataFolder.CreateSecretFile(path).Dispose();
        foreach (var file in (string[])[path, path + "-wal", path + "-shm"])
        {
            if (File.Exists(file))
                File.SetUnixFileMode(file, DataFolder.OwnerOnly);
        }
    }

    /// <summary>Whether this start created the file.</summary>
    public bool IsNew { get; }

    /// <summary>Opens a file as it is, without writing to it.</summary>
    public static SqliteConnection OpenToRead(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 2 }.ToString());
        connection.Open();
        return connection;
    }

    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            connection.Execute("PRAGMA busy_timeout = 1500");
            connection.Execute("PRAGMA journal_mode = WAL");
            // What is deleted is gone: addresses and erased accounts must not stay in free pages.
            connection.Execute("PRAGMA secure_delete = ON");
            connection.Execute(_durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Ends an erasure: the write-ahead log still holds the old pages until it is emptied. A reader or another checkpoint under way may hold
    /// that up for a moment.
    /// </summary>
    /// <param name="cancellation">Ends the wait; parts of what was erased may then still be there.</param>
    /// <exception cref="StoreUnavailableException">It was held up for some three seconds, or the file cannot be written; erase again.</exception>
    public async Task EmptyLogAsync(CancellationToken cancellation)
    {
        SqliteException? failure = null;
        try
        {
            using var connection = Open();
            // SQLite waits for writers and readers, and not for another checkpoint: so briefly, and again.
            connection.Execute("PRAGMA busy_timeout = 100");
            for (var attempt = 0; attempt < EmptyingAttempts; attempt++)
            {
                if (connection.TryEmptyLog())
                    return;
                await Task.Delay(EmptyingAgain, cancellation).ConfigureAwait(false);
            }
        }
        catch (SqliteException error)
        {
            failure = error;
        }
        throw new StoreUnavailableException("It is erased, and parts of it may still be in the write-ahead log; erase again.", failure);
    }
}

internal static class SqliteCommands
{
    public static int Execute(this SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(text, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>Writes the write-ahead log into the file and empties it, so that nothing that was deleted is left in it.</summary>
    /// <returns>False when somebody was reading: parts of it may still be there.</returns>
    public static bool TryEmptyLog(this SqliteConnection connection) => connection.Scalar("PRAGMA wal_checkpoint(TRUNCATE)") is 0L;

    public static object? Scalar(this SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(text, parameters);
        return command.ExecuteScalar();
    }

    public static List<T> Query<T>(this SqliteConnection connection, string text, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = connection.Command(text, parameters);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    private static SqliteCommand Command(this SqliteConnection connection, string text, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        command.CommandTimeout = 2;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
