using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Local.Storage;

namespace Portcullis.Local.Tests.Storage;

public sealed class GroupCommitWriterTests : IAsyncLifetime
{
    private readonly TestDatabase _database = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _database.DisposeAsync().AsTask();

    private static Write<int> Insert(string id, Action<int>? committed = null) =>
        new(connection => connection.Execute("INSERT INTO assets (id, body) VALUES (:id, 'x')", (":id", id)), committed);

    /// <summary>Writes that the writer finds queued together, because it was busy when they came.</summary>
    private async Task EnqueueTogetherAsync(params IWrite[] writes)
    {
        using var busy = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        var holdUp = new Write<bool>(_ => begun.TrySetResult() && busy.Wait(TimeSpan.FromSeconds(30)));
        await _database.Writer.EnqueueAsync(holdUp, default);
        await begun.Task;
        foreach (var write in writes)
            await _database.Writer.EnqueueAsync(write, default);
        busy.Set();
        await holdUp.Done;
    }

    private async Task<int> WriteAsync(Write<int> write)
    {
        await _database.Writer.EnqueueAsync(write, default);
        return await write.Done.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Enqueue_ManyTogether_AllAreKept()
    {
        var committed = 0;
        var writes = Enumerable.Range(0, 1_000).Select(i => Insert($"a{i}", _ => committed++)).ToArray();
        await EnqueueTogetherAsync([.. writes]);
        await Task.WhenAll(writes.Select(write => write.Done));

        Assert.Equal((1_000, 1_000), (_database.Count("assets"), committed));
    }

    [Fact]
    public async Task Enqueue_OneOfAGroupFails_AllFailAndNothingIsKept()
    {
        await WriteAsync(Insert("taken"));
        var committed = 0;
        Write<int>[] group = [Insert("a", _ => committed++), Insert("taken", _ => committed++), Insert("b", _ => committed++)];
        await EnqueueTogetherAsync([.. group]);
        foreach (var write in group)
            await Assert.ThrowsAsync<StoreUnavailableException>(() => write.Done);

        Assert.Equal((1, 0), (_database.Count("assets"), committed));
        Assert.NotNull(_database.Writer.Health.Error);
        Assert.Equal(1, await WriteAsync(Insert("a")));
        Assert.Null(_database.Writer.Health.Error);
    }

    [Fact]
    public async Task Enqueue_ChangeThrowsWhatIsNoSqliteError_FailsItAndTheWriterLivesOn()
    {
        var poisoned = new Write<int>(_ => throw new InvalidOperationException("not of SQLite"));
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => WriteAsync(poisoned));

        Assert.Equal("not of SQLite", error.InnerException!.Message);
        Assert.Equal(1, await WriteAsync(Insert("a")));
    }

    [Fact]
    public async Task Enqueue_MemoryRefusesWhatIsOnDisk_FailsItAloneAndTheWriterLivesOn()
    {
        var refused = Insert("a", _ => throw new InvalidOperationException("refused"));
        var other = Insert("b");
        await EnqueueTogetherAsync(refused, other);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => refused.Done);

        Assert.Equal(1, await other.Done.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(1, await WriteAsync(Insert("c")));
    }

    [Fact]
    public async Task Enqueue_FileLocked_FailsWithinSecondsAndRecovers()
    {
        await WriteAsync(Insert("a"));
        await using (_database.Lock())
            await Assert.ThrowsAsync<StoreUnavailableException>(() => WriteAsync(Insert("b")).WaitAsync(TimeSpan.FromSeconds(20)));
        var failing = _database.Writer.Health;
        await WriteAsync(Insert("b"));

        Assert.Contains("SQLite error 5", failing.Error, StringComparison.Ordinal);
        Assert.True(_database.Writer.Health.IsHealthy);
        Assert.Equal(2, _database.Count("assets"));
    }

    [Fact]
    public async Task Idle_FileLocked_SaysSoByItself()
    {
        var time = new ManualTime();
        await using var database = new TestDatabase(time);
        var held = database.Lock();
        await Poll.UntilAsync(time, TimeSpan.FromMilliseconds(500), () => !database.Writer.Health.IsHealthy, "the failure");
        await held.DisposeAsync();

        await Poll.UntilAsync(time, TimeSpan.FromMilliseconds(500), () => database.Writer.Health.IsHealthy, "recovery");
    }

    [Fact]
    public async Task Dispose_WritesQueued_WritesThemFirst()
    {
        var writes = Enumerable.Range(0, 700).Select(i => Insert($"a{i}")).ToArray();
        foreach (var write in writes)
            await _database.Writer.EnqueueAsync(write, default);
        await _database.ReopenAsync();

        Assert.All(writes, write => Assert.True(write.Done.IsCompletedSuccessfully));
        Assert.Equal(700, _database.Count("assets"));
    }

    [Fact]
    public async Task Open_FileOfALaterVersion_IsRefused()
    {
        using (var connection = _database.Database.Open())
            connection.Execute("PRAGMA user_version = 1000");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(_database.ReopenAsync);

        Assert.Contains("schema version 1000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileOfAnEarlierVersion_IsBroughtToThisOneAndKeepsItsContent()
    {
        using var folder = new TempFolder();
        const string First = "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (7);", Second = "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 1";
        Assert.True(new SqliteDatabase(folder.PathOf("steps.db"), durable: true, First).IsNew);

        var later = new SqliteDatabase(folder.PathOf("steps.db"), durable: true, First, Second);

        Assert.False(later.IsNew);
        using (var connection = later.Open())
            Assert.Equal(8L, connection.Scalar("SELECT x + y FROM a"));
        Assert.Throws<InvalidOperationException>(() => new SqliteDatabase(folder.PathOf("steps.db"), durable: true, First));
    }

    [Fact]
    public void Open_NewFile_IsTheOwnersOnlyAsIsItsLog()
    {
        using var connection = _database.Database.Open();
        connection.Execute("INSERT INTO assets (id, body) VALUES ('a', 'x')");

        Assert.True(_database.Database.IsNew);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_database.Path));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_database.Path + "-wal"));
        }
    }
}
