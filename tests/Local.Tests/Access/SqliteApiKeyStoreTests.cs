using System.Security.Cryptography;
using Portcullis.Access;
using Portcullis.Engine;
using Portcullis.Local.Access;
using Portcullis.Local.Tests.Storage;

namespace Portcullis.Local.Tests.Access;

public sealed class SqliteApiKeyStoreTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Day = new(2027, 1, 15, 8, 0, 0, TimeSpan.Zero);
    private static readonly ApiKey Issuer = new("k2", "app back-end", ApiRole.Issuer, Day), Admin = new("k1", "first", ApiRole.Admin, Day.AddDays(-1));

    private readonly TestDatabase _database = new();
    private SqliteApiKeyStore _store;

    public SqliteApiKeyStoreTests() => _store = new SqliteApiKeyStore(_database.Database, _database.Writer);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _database.DisposeAsync().AsTask();

    private static byte[] Hash(string secret) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret));

    private async Task ReopenAsync()
    {
        await _database.ReopenAsync();
        _store = new SqliteApiKeyStore(_database.Database, _database.Writer);
    }

    [Fact]
    public async Task Add_Keys_AreFoundByTheirHashAlsoAfterARestart()
    {
        await _store.AddAsync(Issuer, Hash("issuer"));
        await _store.AddAsync(Admin, Hash("admin"));
        for (var restart = 0; restart < 2; restart++)
        {
            Assert.Equal(Issuer, _store.Find(Hash("issuer")));
            Assert.Equal(Admin, _store.Find(Hash("admin")));
            Assert.Null(_store.Find(Hash("other")));
            Assert.Equal([Admin, Issuer], _store.List());
            await ReopenAsync();
        }
    }

    [Fact]
    public async Task Add_KeyWithFractionsOfASecond_IsTheSameAfterARestart()
    {
        var key = Issuer with { Created = Day.AddTicks(1_234_567) };
        await _store.AddAsync(key, Hash("issuer"));
        var before = _store.Find(Hash("issuer"));
        await ReopenAsync();

        Assert.Equal(before, _store.Find(Hash("issuer")));
    }

    [Fact]
    public async Task Remove_Key_IsRefusedFromThenOn()
    {
        await _store.AddAsync(Issuer, Hash("issuer"));

        Assert.True(await _store.RemoveAsync("k2"));
        Assert.False(await _store.RemoveAsync("k2"));
        Assert.Null(_store.Find(Hash("issuer")));
        await ReopenAsync();
        Assert.Empty(_store.List());
    }

    [Fact]
    public async Task Add_HashOrIdTaken_FailsAndKeepsTheFirst()
    {
        await _store.AddAsync(Issuer, Hash("issuer"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.AddAsync(Admin, Hash("issuer")).AsTask());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.AddAsync(Issuer with { Name = "second" }, Hash("other")).AsTask());

        Assert.Equal([Issuer], _store.List());
        Assert.Equal(1, _database.Count("api_keys"));
    }
}
