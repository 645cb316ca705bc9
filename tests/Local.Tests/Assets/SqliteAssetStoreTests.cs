using System.Text;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Local.Assets;
using Portcullis.Local.Storage;
using Portcullis.Local.Tests.Storage;
using Portcullis.Tokens;

namespace Portcullis.Local.Tests.Assets;

public sealed class SqliteAssetStoreTests : IAsyncLifetime
{
    private static readonly Asset Match = new()
    {
        Id = "match-1",
        Host = "https://media.example.com",
        Path = "/live/ü/master.m3u8",
        Arming = Arming.Shadow,
        Policy = new TokenPolicy
        {
            Lifetime = 60,
            MaxSession = 120,
            Paths = ["/live/ü", "/ads"],
            Exc = ["/ads"],
            AllowedViewers = 3,
            Bind = new ViewerBinding { Ip = true, Country = GeoBinding.Required, City = GeoBinding.WhenPresent, Headers = ["user-agent"], Query = ["device"] },
        },
    };

    private readonly TestDatabase _database = new();
    private SqliteAssetStore _store;

    public SqliteAssetStoreTests() => _store = new SqliteAssetStore(_database.Database, _database.Writer);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _database.DisposeAsync().AsTask();

    private async Task ReopenAsync()
    {
        await _database.ReopenAsync();
        _store = new SqliteAssetStore(_database.Database, _database.Writer);
    }

    [Fact]
    public async Task Put_NewAsset_ComesBackWholeAfterARestart()
    {
        Assert.True(await _store.PutAsync(Match));
        var current = _store.Current;
        await ReopenAsync();
        var read = _store.Current.Find("match-1")!;

        Assert.Same(Match, current.Find("match-1"));
        Assert.Equivalent(Match, read, strict: true);
        Assert.Same(read, _store.Current.FindByPath(Encoding.UTF8.GetBytes("/live/ü/v1/seg-1.m4s")));
    }

    [Fact]
    public async Task Put_V1Asset_ComesBackWholeAfterARestart()
    {
        var asset = Match with
        {
            Format = TokenFormat.V1,
            Policy = new() { Carriage = Carriage.Query },
            V1Policy = new()
            {
                Paths = ["/live/%C3%BC"], Exc = ["/ads/"], Exp = "+48h", Nbf = 1_645_000_000, Ssn = true, SessionAutoGenerate = 14, Ip = true, Co = true, CoFallback = true,
                Reg = true, RegFallback = true, Cty = true, CtyFallback = true, Headers = ["user-agent"], Querystrings = ["device"],
            },
        };
        await _store.PutAsync(asset);
        await ReopenAsync();
        var read = _store.Current.Find("match-1")!;

        Assert.Equivalent(asset, read, strict: true);
        Assert.Same(read, _store.Current.FindByPath(Encoding.UTF8.GetBytes("/live/ü/v1/seg-1.m4s")));
    }

    [Fact]
    public async Task Put_WindowsAndDetection_ComeBackWhole()
    {
        var asset = Match with
        {
            ArmedWindows = [new() { From = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), Until = DateTimeOffset.FromUnixTimeSeconds(1_800_007_200) }],
            Detection = new() { RevokeAt = 90, Restream = new() { Armed = false, Weight = 50 }, ToolAgents = ["vlc"] },
        };
        await _store.PutAsync(asset);
        await ReopenAsync();

        Assert.Equivalent(asset, _store.Current.Find("match-1"), strict: true);
    }

    /// <summary>What was stored before there was a format.</summary>
    [Fact]
    public async Task Open_AssetWithoutFormat_IsV2()
    {
        using (var connection = _database.Database.Open())
            connection.Execute("INSERT INTO assets (id, body) VALUES ('a', '{\"id\":\"a\",\"path\":\"/a/b\"}')");
        await ReopenAsync();

        Assert.Equal((TokenFormat.V2, null, null), (_store.Current.Find("a")!.Format, _store.Current.Find("a")!.V1Policy, _store.Current.Find("a")!.Detection));
        Assert.Empty(_store.Current.Find("a")!.ArmedWindows);
    }

    [Fact]
    public async Task Put_ChangedAsset_ReplacesItInANewVersion()
    {
        await _store.PutAsync(Match);
        var version = _store.Current.Version;
        Assert.False(await _store.PutAsync(Match with { Arming = Arming.Armed }));

        Assert.Equal(Arming.Armed, _store.Current.Find("match-1")!.Arming);
        Assert.True(_store.Current.Version > version);
        await ReopenAsync();
        Assert.Equal(Arming.Armed, Assert.Single(_store.Current.Assets).Arming);
    }

    [Fact]
    public async Task Delete_KnownAndUnknown_SaysWhetherThereWasOne()
    {
        await _store.PutAsync(Match);

        Assert.True(await _store.DeleteAsync("match-1"));
        Assert.False(await _store.DeleteAsync("match-1"));
        Assert.Null(_store.Current.Find("match-1"));
        await ReopenAsync();
        Assert.Empty(_store.Current.Assets);
    }

    [Fact]
    public async Task Put_ManyConcurrently_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => _store.PutAsync(Match with { Id = $"a{i % 100}" }).AsTask())));

        Assert.Equal(100, _store.Current.Assets.Count);
        Assert.Equal(100, _database.Count("assets"));
    }

    [Fact]
    public async Task Put_FileLocked_FailsAndChangesNothing()
    {
        await _store.PutAsync(Match);
        await using (_database.Lock())
            await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.PutAsync(Match with { Id = "other" }).AsTask());

        Assert.Null(_store.Current.Find("other"));
        Assert.True(await _store.PutAsync(Match with { Id = "other" }));
    }
}
