using System.Globalization;
using Portcullis.Assets;
using Portcullis.Aws.Assets;
using Portcullis.Aws.Tables;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Aws.Tests.Tables;
using Portcullis.Engine;
using Portcullis.Tokens;

namespace Portcullis.Aws.Tests.Assets;

public sealed class DynamoAssetStoreTests
{
    private static readonly Asset Match = new()
    {
        Id = "match-1",
        Host = "https://media.example.com",
        Path = "/live/ü/master.m3u8",
        Arming = Arming.Shadow,
        ArmedWindows = [new() { From = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), Until = DateTimeOffset.FromUnixTimeSeconds(1_800_007_200) }],
        Detection = new() { RevokeAt = 90, ToolAgents = ["vlc"] },
        Policy = new TokenPolicy { Lifetime = 60, Paths = ["/live/ü", "/ads"], Exc = ["/ads"], Bind = new ViewerBinding { Ip = true, Headers = ["user-agent"] } },
    };

    private readonly ManualTime _time = new();

    private Task<DynamoAssetStore> OpenAsync(TestTable table) => DynamoAssetStore.OpenAsync(table.Client, TestTable.Name, _time, CancellationToken.None, Timeout.InfiniteTimeSpan);

    [SkippableFact]
    public async Task Put_Asset_ComesBackWholeAfterARestart()
    {
        await using var table = await TestTable.StartAsync();
        await using var store = await OpenAsync(table);

        Assert.True(await store.PutAsync(Match));
        Assert.False(await store.PutAsync(Match with { Arming = Arming.Armed }));
        await using var again = await OpenAsync(table);

        Assert.Equivalent(Match with { Arming = Arming.Armed }, again.Current.Find("match-1"), strict: true);
        Assert.Equal(Arming.Armed, store.Current.Find("match-1")!.Arming);
    }

    [SkippableFact]
    public async Task Delete_KnownAndUnknown_SaysWhetherThereWasOne()
    {
        await using var table = await TestTable.StartAsync();
        await using var store = await OpenAsync(table);
        await store.PutAsync(Match);

        Assert.True(await store.DeleteAsync("match-1"));
        Assert.False(await store.DeleteAsync("match-1"));
        await using var again = await OpenAsync(table);

        Assert.Empty(store.Current.Assets);
        Assert.Empty(again.Current.Assets);
    }

    [SkippableFact]
    public async Task Open_ThreeThousandAssetsOfSomeKilobytes_LoadsAll()
    {
        await using var table = await TestTable.StartAsync();
        var assets = Enumerable.Range(0, 3_000).Select(i => Match with { Id = $"asset-{i.ToString("d4", CultureInfo.InvariantCulture)}", Detection = new() { ToolAgents = [new string('x', 3_000)] } }).ToList();
        await table.Table.WriteAsync(assets.Select(asset => DynamoTable.Putting(DynamoAssetStore.ItemOf(asset))), CancellationToken.None);
        var requests = table.Proxy.Requests;
        await using var store = await OpenAsync(table);

        Assert.Equal(assets.Select(asset => asset.Id), store.Current.Assets.Select(asset => asset.Id).Order(StringComparer.Ordinal));
        Assert.True(table.Proxy.Requests - requests > 10, "more than a page");
    }

    [SkippableFact]
    public async Task Refresh_ChangeOfAnotherProcess_IsTakenIn()
    {
        await using var table = await TestTable.StartAsync();
        await using var one = await OpenAsync(table);
        await using var other = await OpenAsync(table);
        await one.PutAsync(Match);
        await other.RefreshAsync(CancellationToken.None);
        Assert.NotNull(other.Current.Find("match-1"));

        await other.DeleteAsync("match-1");
        await one.RefreshAsync(CancellationToken.None);

        Assert.Null(one.Current.Find("match-1"));
    }

    [SkippableFact]
    public async Task Poll_ChangeOfAnotherProcess_IsTakenInWithoutAsking()
    {
        await using var table = await TestTable.StartAsync();
        await using var one = await OpenAsync(table);
        await using var polling = await DynamoAssetStore.OpenAsync(table.Client, TestTable.Name, _time, CancellationToken.None);
        await one.PutAsync(Match);

        await Poll.UntilAsync(_time, TimeSpan.FromSeconds(1), () => polling.Current.Find("match-1") is not null, "the poll");
    }

    [SkippableFact]
    public async Task Refresh_NothingChanged_ReadsOneItem()
    {
        await using var table = await TestTable.StartAsync();
        await using var store = await OpenAsync(table);
        await store.PutAsync(Match);
        var (requests, catalogue) = (table.Proxy.Requests, store.Current);
        await store.RefreshAsync(CancellationToken.None);

        Assert.Equal(requests + 1, table.Proxy.Requests);
        Assert.Same(catalogue, store.Current);
    }

    /// <summary>Counted up, written, killed before it counted again: others had read in between.</summary>
    [SkippableFact]
    public async Task Refresh_WriterDiedHalfWay_IsTakenInLater()
    {
        await using var table = await TestTable.StartAsync();
        await using var store = await OpenAsync(table);
        await table.Table.AddAsync("default#assets", "version", "Count", 1, CancellationToken.None);
        await store.RefreshAsync(CancellationToken.None);
        await table.Table.PutAsync(DynamoAssetStore.ItemOf(Match), null, null, CancellationToken.None);
        await store.RefreshAsync(CancellationToken.None);
        Assert.Empty(store.Current.Assets);

        _time.Advance(DynamoAssetStore.SettledAfter);
        await store.RefreshAsync(CancellationToken.None);

        Assert.NotNull(store.Current.Find("match-1"));
    }

    [SkippableFact]
    public async Task Put_FaultsOfEveryKind_LosesNothing()
    {
        await using var table = await TestTable.StartAsync();
        await using var store = await OpenAsync(table);
        table.FailAtRandom(1, 0.1);
        var kept = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            var asset = Match with { Id = $"a{i}" };
            await TryAgainAsync(async () => await store.PutAsync(asset));
            kept.Add(asset.Id);
        }
        table.ComeBack();
        await using var again = await OpenAsync(table);
        await store.RefreshAsync(CancellationToken.None);

        Assert.Equal(kept.Order(StringComparer.Ordinal), again.Current.Assets.Select(asset => asset.Id).Order(StringComparer.Ordinal));
        Assert.Equal(40, store.Current.Assets.Count);
        Assert.True(store.Health.IsHealthy);
    }

    [SkippableFact]
    public async Task Put_TableGone_FailsAndTheHealthSaysSo()
    {
        await using var table = await TestTable.StartAsync();
        await using var store = await DynamoAssetStore.OpenAsync(table.Unforgiving, TestTable.Name, _time, CancellationToken.None, Timeout.InfiniteTimeSpan);
        table.GoDown();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.PutAsync(Match).AsTask());
        var failing = store.Health;
        table.ComeBack();
        await store.RefreshAsync(CancellationToken.None);

        Assert.Equal(("assets", false), (failing.Name, failing.IsHealthy));
        Assert.True(store.Health.IsHealthy);
        Assert.Empty(store.Current.Assets);
    }

    /// <summary>Written, and the answer lost: the next look finds it.</summary>
    [SkippableFact]
    public async Task Put_AnswerLostForGood_IsFoundLater()
    {
        await using var table = await TestTable.StartAsync();
        await using var store = await DynamoAssetStore.OpenAsync(table.Unforgiving, TestTable.Name, _time, CancellationToken.None, Timeout.InfiniteTimeSpan);
        table.LoseAnswerThenFail("PutItem");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.PutAsync(Match).AsTask());
        table.ComeBack();
        Assert.Empty(store.Current.Assets);

        await store.RefreshAsync(CancellationToken.None);

        Assert.NotNull(store.Current.Find("match-1"));
    }

    [SkippableFact]
    public async Task Put_ManyByTwoProcessesAtOnce_LosesNone()
    {
        await using var table = await TestTable.StartAsync();
        await using var one = await OpenAsync(table);
        await using var other = await OpenAsync(table);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(() => (i % 2 == 0 ? one : other).PutAsync(Match with { Id = $"a{i}" }).AsTask())));
        await one.RefreshAsync(CancellationToken.None);
        await other.RefreshAsync(CancellationToken.None);

        Assert.Equal((60, 60), (one.Current.Assets.Count, other.Current.Assets.Count));
    }

    private static async Task TryAgainAsync(Func<Task> call)
    {
        while (true)
        {
            try
            {
                await call();
                return;
            }
            catch (StoreUnavailableException)
            {
                // More faults in a row than there are attempts.
            }
        }
    }
}
