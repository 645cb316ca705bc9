using System.Security.Cryptography;
using System.Text;
using Portcullis.Access;
using Portcullis.Aws.Access;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Aws.Tests.Tables;
using Portcullis.Engine;

namespace Portcullis.Aws.Tests.Access;

public sealed class DynamoApiKeyStoreTests
{
    private static readonly DateTimeOffset Day = new(2027, 1, 15, 8, 0, 0, TimeSpan.Zero);
    private static readonly ApiKey Issuer = new("k2", "app back-end", ApiRole.Issuer, Day), Admin = new("k1", "first", ApiRole.Admin, Day.AddDays(-1));

    private readonly ManualTime _time = new();

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private Task<DynamoApiKeyStore> OpenAsync(TestTable table, bool retries = true) =>
        DynamoApiKeyStore.OpenAsync(retries ? table.Client : table.Unforgiving, TestTable.Name, _time, CancellationToken.None, Timeout.InfiniteTimeSpan);

    [SkippableFact]
    public async Task Add_Keys_AreFoundByTheirHashAlsoAfterARestart()
    {
        await using var table = await TestTable.StartAsync();
        await using var store = await OpenAsync(table);
        await store.AddAsync(Issuer with { Created = Day.AddTicks(1_234_567) }, Hash("issuer"));
        await store.AddAsync(Admin, Hash("admin"));
        await using var again = await OpenAsync(table);

        foreach (var opened in (DynamoApiKeyStore[])[store, again])
        {
            Assert.Equal((Issuer, Admin, null), (opened.Find(Hash("issuer")), opened.Find(Hash("admin")), opened.Find(Hash("other"))));
            Assert.Equal([Admin, Issuer], opened.List());
        }
    }

    [SkippableFact]
    public async Task Add_HashOrIdTaken_FailsAndKeepsTheFirst()
    {
        await using var table = await TestTable.StartAsync();
        await using var store = await OpenAsync(table);
        await store.AddAsync(Issuer, Hash("issuer"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AddAsync(Admin, Hash("issuer")).AsTask());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AddAsync(Issuer with { Name = "second" }, Hash("other")).AsTask());

        Assert.Equal([Issuer], store.List());
    }

    [SkippableFact]
    public async Task Remove_KeyAndUnknownAndLastAdmin_SaysWhatHappened()
    {
        await using var table = await TestTable.StartAsync();
        await using var store = await OpenAsync(table);
        await store.AddAsync(Issuer, Hash("issuer"));
        await store.AddAsync(Admin, Hash("admin"));

        Assert.True(await store.RemoveAsync("k2"));
        Assert.False(await store.RemoveAsync("k2"));
        Assert.False(await store.RemoveAsync("k1"));
        Assert.Null(store.Find(Hash("issuer")));
        Assert.Equal(Admin, store.Find(Hash("admin")));
    }

    [SkippableFact]
    public async Task Remove_LastTwoAdminsByTwoProcessesAtOnce_OneStays()
    {
        await using var table = await TestTable.StartAsync();
        await using var one = await OpenAsync(table);
        for (var round = 0; round < 10; round++)
        {
            var pair = new[] { Admin with { Id = $"a{round}" }, Admin with { Id = $"b{round}" } };
            foreach (var key in pair)
                await one.AddAsync(key, Hash(key.Id));
            foreach (var rest in one.List().Where(key => !pair.Contains(key)))
                Assert.True(await one.RemoveAsync(rest.Id));
            await using var other = await OpenAsync(table);
            var removed = await Task.WhenAll(Task.Run(() => one.RemoveAsync(pair[0].Id).AsTask()), Task.Run(() => other.RemoveAsync(pair[1].Id).AsTask()));
            await one.RefreshAsync(CancellationToken.None);

            Assert.Equal(1, removed.Count(was => was));
            Assert.Single(one.List());
        }
    }

    [SkippableFact]
    public async Task Remove_ByAnotherProcess_IsRefusedAfterTheNextLook()
    {
        await using var table = await TestTable.StartAsync();
        await using var one = await OpenAsync(table);
        await one.AddAsync(Issuer, Hash("issuer"));
        await using var polling = await DynamoApiKeyStore.OpenAsync(table.Client, TestTable.Name, _time, CancellationToken.None);
        Assert.NotNull(polling.Find(Hash("issuer")));
        await one.RemoveAsync("k2");

        await Poll.UntilAsync(_time, TimeSpan.FromSeconds(1), () => polling.Find(Hash("issuer")) is null, "the poll");
    }

    [SkippableFact]
    public async Task Add_AnswerLost_IsAddedOnce()
    {
        await using var table = await TestTable.StartAsync();
        await using var store = await OpenAsync(table);
        table.Fail("PutItem", Fault.AnswerLost, Fault.Throttled("ThrottlingException"));
        await store.AddAsync(Admin, Hash("admin"));
        await using var again = await OpenAsync(table);

        Assert.Equal([Admin], store.List());
        Assert.Equal([Admin], again.List());
    }

    [SkippableFact]
    public async Task Add_AnswerLostForGood_MayBeAskedForAgain()
    {
        await using var table = await TestTable.StartAsync();
        await using var store = await OpenAsync(table, retries: false);
        table.LoseAnswerThenFail("PutItem");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AddAsync(Admin, Hash("admin")).AsTask());
        table.ComeBack();
        Assert.False(store.Health.IsHealthy);
        await store.AddAsync(Admin, Hash("admin"));

        Assert.Equal([Admin], store.List());
        Assert.True(store.Health.IsHealthy);
    }

    [SkippableFact]
    public async Task Add_NoRoomLeft_SaysWhatToDo()
    {
        await using var table = await TestTable.StartAsync();
        await using var store = await OpenAsync(table);
        var name = new string('n', DynamoApiKeyStore.MostText - 500);
        await store.AddAsync(Admin with { Name = name }, Hash("admin"));
        await store.AddAsync(Issuer, Hash("issuer"));
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.AddAsync(Issuer with { Id = "k3", Name = name }, Hash("another")).AsTask());

        Assert.Contains("remove", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, store.List().Count);
    }
}
