using System.Globalization;
using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Tables;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Engine;

namespace Portcullis.Aws.Tests.Tables;

public sealed class DynamoTableTests
{
    [SkippableFact]
    public async Task QueryAsync_MoreThanAPage_YieldsAllInOrder()
    {
        using var server = await AwsServers.StartDynamoDBAsync();
        using var client = TableClient.Connect(AwsServers.ConnectTo(server.Url));
        var table = new DynamoTable(client, "things");
        await table.EnsureAsync(CancellationToken.None);
        // 300 items of 8 kB are more than two pages of 1 MB.
        var items = Enumerable.Range(0, 300).Select(i => Item("a", i.ToString("d4", CultureInfo.InvariantCulture), new string('x', 8_000)));

        await table.WriteAsync(items.Select(DynamoTable.Putting), CancellationToken.None);

        Assert.Equal(Enumerable.Range(0, 300), await NumbersAsync(table.QueryAsync("a")));
        Assert.Equal(Enumerable.Range(0, 300).Reverse(), await NumbersAsync(table.QueryAsync("a", descending: true)));
        Assert.Equal(Enumerable.Range(100, 150), await NumbersAsync(table.QueryAsync("a", "0100", "0249")));
        Assert.Empty(await NumbersAsync(table.QueryAsync("b")));
    }

    [SkippableFact]
    public async Task PutAsync_ConditionThatDoesNotHold_WritesNothing()
    {
        using var server = await AwsServers.StartDynamoDBAsync();
        using var client = TableClient.Connect(AwsServers.ConnectTo(server.Url));
        var table = new DynamoTable(client, "things");
        await table.EnsureAsync(CancellationToken.None);

        Assert.True(await table.PutAsync(Item("a", "1", "first"), $"attribute_not_exists({DynamoTable.Partition})", null, CancellationToken.None));
        Assert.False(await table.PutAsync(Item("a", "1", "second"), $"attribute_not_exists({DynamoTable.Partition})", null, CancellationToken.None));

        Assert.Equal("first", (await table.FindAsync("a", "1", CancellationToken.None))!["Text"].S);
        Assert.True(await table.DeleteAsync("a", "1", CancellationToken.None));
        Assert.False(await table.DeleteAsync("a", "1", CancellationToken.None));
        Assert.Null(await table.FindAsync("a", "1", CancellationToken.None));
    }

    [SkippableFact]
    public async Task FindAsync_ServerGone_SaysSo()
    {
        using var server = await AwsServers.StartDynamoDBAsync();
        using var client = TableClient.Connect(AwsServers.ConnectTo(server.Url) with { Retries = 0 });
        var table = new DynamoTable(client, "things");
        server.Dispose();

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => table.FindAsync("a", "1", CancellationToken.None));

        Assert.Contains("things", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("dropped")]
    [InlineData("slow")]
    public async Task FindAsync_NoAnswer_SaysSo(string kind)
    {
        await using var bench = await TestTable.StartAsync();
        using var client = TableClient.Connect(AwsServers.ConnectTo(bench.Proxy.Url) with { Retries = 1, Timeout = TimeSpan.FromMilliseconds(200) });
        var table = new DynamoTable(client, TestTable.Name);
        using var ended = new ManualResetEventSlim();
        bench.Proxy.Judge = (_, _) => kind == "dropped" ? Fault.Dropped : ended.Wait(TimeSpan.FromSeconds(30)) ? Fault.Dropped : null;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => table.FindAsync("a", "1", CancellationToken.None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => table.FindAsync("a", "1", new CancellationToken(canceled: true)));
        ended.Set();
    }

    [SkippableFact]
    public async Task FindAsync_HalfAnAnswerAndNoMore_SaysSo()
    {
        await using var bench = await TestTable.StartAsync();
        await bench.Table.PutAsync(Item("a", "1", new string('x', 300_000)), null, null, CancellationToken.None);
        using var client = TableClient.Connect(AwsServers.ConnectTo(bench.Proxy.Url) with { Retries = 1, Timeout = TimeSpan.FromMilliseconds(500) });
        bench.Proxy.Judge = (_, _) => Fault.Stalled;

        await Assert.ThrowsAsync<StoreUnavailableException>(() => new DynamoTable(client, TestTable.Name).FindAsync("a", "1", CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [SkippableFact]
    public async Task EnsureAsync_TableMayNotBeCreated_SaysSo()
    {
        await using var bench = await TestTable.StartAsync();
        bench.Fail("CreateTable", Fault.Throttled("AccessDeniedException"));

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => TableClient.EnsureAsync(bench.Unforgiving, "others", CancellationToken.None));

        Assert.Contains("others", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task AddAsync_ManyAtOnce_CountsEach()
    {
        await using var bench = await TestTable.StartAsync();
        var counted = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => bench.Table.AddAsync("a", "1", "Count", 1, CancellationToken.None)));

        Assert.Equal(Enumerable.Range(1, 20), counted.Select(item => int.Parse(item["Count"].N, CultureInfo.InvariantCulture)).Order());
    }

    private static Dictionary<string, AttributeValue> Item(string partition, string sort, string text) =>
        new() { [DynamoTable.Partition] = new(partition), [DynamoTable.Sort] = new(sort), ["Text"] = new(text) };

    private static async Task<List<int>> NumbersAsync(IAsyncEnumerable<Dictionary<string, AttributeValue>> items)
    {
        var numbers = new List<int>();
        await foreach (var item in items)
            numbers.Add(int.Parse(item[DynamoTable.Sort].S, CultureInfo.InvariantCulture));
        return numbers;
    }
}
