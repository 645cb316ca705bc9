using System.Text;
using System.Text.Json.Nodes;
using Portcullis.Aws.Json;
using Portcullis.Aws.Kinesis;
using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Aws.Tests.Kinesis;

/// <summary>A stream as its owner sees it: creates and reshards it, and puts records.</summary>
internal sealed class Producer(Uri server, string stream) : IDisposable
{
    private readonly JsonServiceClient _client = new(JsonService.Kinesis, AwsServers.ConnectTo(server));
    private readonly KinesisStream _stream = new(AwsServers.ConnectTo(server), stream);

    public string Stream => stream;

    public async Task CreateAsync(int shards)
    {
        await CallAsync("CreateStream", new JsonObject { ["StreamName"] = stream, ["ShardCount"] = shards });
        await SettleAsync();
    }

    public async Task DeleteAsync()
    {
        await CallAsync("DeleteStream", new JsonObject { ["StreamName"] = stream });
        await Poll.UntilAsync(() => !StreamNamesAsync().GetAwaiter().GetResult().Contains(stream), "the stream's end");
    }

    public Task<IReadOnlyList<StreamShard>> ShardsAsync() => _stream.ListShardsAsync(null, CancellationToken.None);

    /// <summary>Splits the first open shard in the middle.</summary>
    public async Task SplitAsync()
    {
        var (shard, start, end) = (await OpenAsync())[0];
        await CallAsync("SplitShard", new JsonObject { ["StreamName"] = stream, ["ShardToSplit"] = shard, ["NewStartingHashKey"] = $"{start + ((end - start) / 2)}" });
        await SettleAsync();
    }

    /// <summary>Merges the first two open shards that lie beside each other.</summary>
    public async Task MergeAsync()
    {
        var open = await OpenAsync();
        var left = Enumerable.Range(0, open.Count - 1).First(i => open[i].End + 1 == open[i + 1].Start);
        await CallAsync("MergeShards", new JsonObject { ["StreamName"] = stream, ["ShardToMerge"] = open[left].Shard, ["AdjacentShardToMerge"] = open[left + 1].Shard });
        await SettleAsync();
    }

    /// <summary>Puts records on shards by chance.</summary>
    public async Task PutAsync(IEnumerable<string> records)
    {
        foreach (var chunk in records.Chunk(250))
        {
            var answer = await CallAsync("PutRecords", new JsonObject
            {
                ["StreamName"] = stream,
                ["Records"] = new JsonArray([.. chunk.Select(record => new JsonObject { ["Data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(record)), ["PartitionKey"] = $"{Random.Shared.NextInt64()}" })]),
            });
            Assert.Equal(0, (int)answer["FailedRecordCount"]!);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _stream.Dispose();
    }

    private async Task<List<(string Shard, UInt128 Start, UInt128 End)>> OpenAsync()
    {
        var shards = (await CallAsync("ListShards", new JsonObject { ["StreamName"] = stream }))["Shards"]!.AsArray();
        return
        [
            .. shards.Where(shard => shard!["SequenceNumberRange"]!["EndingSequenceNumber"] is null)
                .Select(shard => (
                    (string)shard!["ShardId"]!, UInt128.Parse((string)shard["HashKeyRange"]!["StartingHashKey"]!, null), UInt128.Parse((string)shard["HashKeyRange"]!["EndingHashKey"]!, null)))
                .OrderBy(shard => shard.Item2),
        ];
    }

    private async Task<List<string>> StreamNamesAsync() =>
        [.. (await CallAsync("ListStreams", []))["StreamNames"]!.AsArray().Select(name => (string)name!)];

    private async Task SettleAsync()
    {
        while ((string?)(await CallAsync("DescribeStream", new JsonObject { ["StreamName"] = stream }))["StreamDescription"]!["StreamStatus"] != "ACTIVE")
            await Task.Delay(20);
    }

    private Task<JsonObject> CallAsync(string operation, JsonObject input) => _client.CallAsync(operation, input);
}
