using System.Globalization;
using Microsoft.Data.Sqlite;
using Portcullis.Local.Storage;

namespace Portcullis.Local.Tests.Storage;

/// <summary>A main database in a folder of its own, with its writer; can be closed and opened again.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TimeProvider _time;

    /// <param name="time">The writer's clock. A manual one keeps the writer from probing by itself.</param>
    public TestDatabase(TimeProvider? time = null)
    {
        _time = time ?? new ManualTime();
        Database = new SqliteDatabase(Path, durable: true, MainDatabase.Steps);
        Writer = new GroupCommitWriter("ledger", Database, _time);
    }

    public string Path => _folder.PathOf(MainDatabase.FileName);

    public SqliteDatabase Database { get; private set; }

    public GroupCommitWriter Writer { get; private set; }

    public async Task ReopenAsync()
    {
        await Writer.DisposeAsync();
        Database = new SqliteDatabase(Path, durable: true, MainDatabase.Steps);
        Writer = new GroupCommitWriter("ledger", Database, _time);
    }

    /// <summary>Takes the write lock; nobody else can write until the connection is closed.</summary>
    public SqliteConnection Lock()
    {
        var connection = Database.Open();
        connection.Execute("BEGIN EXCLUSIVE");
        return connection;
    }

    /// <summary>The files as a crash at this moment would leave them, opened elsewhere.</summary>
    public async Task<T> AfterCrashAsync<T>(Func<SqliteDatabase, T> look)
    {
        using var copy = new TempFolder();
        foreach (var name in (string[])[MainDatabase.FileName, MainDatabase.FileName + "-wal"])
        {
            if (File.Exists(_folder.PathOf(name)))
                await File.WriteAllBytesAsync(copy.PathOf(name), await ReadSharedAsync(_folder.PathOf(name)));
        }
        return look(new SqliteDatabase(copy.PathOf(MainDatabase.FileName), durable: true, MainDatabase.Steps));
    }

    public byte[] AllBytes() =>
        [.. Directory.GetFiles(_folder.Root, MainDatabase.FileName + "*").SelectMany(file => ReadSharedAsync(file).GetAwaiter().GetResult())];

    public long Count(string table)
    {
        using var connection = Database.Open();
        return Convert.ToInt64(connection.Scalar($"SELECT count(*) FROM {table}"), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>SQLite's own locks do not mind readers.</summary>
    private static async Task<byte[]> ReadSharedAsync(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        return bytes;
    }
}
