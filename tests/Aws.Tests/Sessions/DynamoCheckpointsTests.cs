using System.Globalization;
using Portcullis.Aws.Sessions;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Aws.Tests.Tables;
using Portcullis.Engine;

namespace Portcullis.Aws.Tests.Sessions;

public sealed class DynamoCheckpointsTests
{
    private const string Stream = "logs", Shard = "shardId-000000000000";

    private static DynamoCheckpoints On(TestTable table) => new(table.Client, TestTable.Name, new ManualTime());

    private static SequenceNumber Number(string digits) => SequenceNumber.Parse(digits);

    [SkippableFact]
    public async Task Claim_AgainAndAgain_CountsOwners()
    {
        await using var table = await TestTable.StartAsync();
        var checkpoints = On(table);

        Assert.Equal(new ShardCheckpoint(Shard, 1), await checkpoints.ClaimAsync(Stream, Shard));
        var from = new DateTimeOffset(2027, 1, 15, 8, 0, 0, 123, TimeSpan.Zero);
        Assert.True(await checkpoints.SaveAsync(Stream, new(Shard, 1, null, from)));
        Assert.Equal(new ShardCheckpoint(Shard, 2, null, from), await checkpoints.ClaimAsync(Stream, Shard));
        Assert.True(await checkpoints.SaveAsync(Stream, new(Shard, 2, Number("49"), from)));
        Assert.Equal(new ShardCheckpoint(Shard, 3, Number("49"), from), await checkpoints.ClaimAsync(Stream, Shard));
    }

    [SkippableFact]
    public async Task Save_EarlierOwnerOrDeleted_IsFencedOff()
    {
        await using var table = await TestTable.StartAsync();
        var checkpoints = On(table);
        var old = await checkpoints.ClaimAsync(Stream, Shard);
        var current = await checkpoints.ClaimAsync(Stream, Shard);

        Assert.False(await checkpoints.SaveAsync(Stream, old with { Position = Number("7") }));
        Assert.True(await checkpoints.SaveAsync(Stream, current with { Position = Number("5") }));
        Assert.Equal([current with { Position = Number("5") }], await checkpoints.LoadAsync(Stream));
        await checkpoints.DeleteAsync(Stream, Shard);
        await checkpoints.DeleteAsync(Stream, Shard);
        Assert.False(await checkpoints.SaveAsync(Stream, current with { Position = Number("9") }));
        Assert.Empty(await checkpoints.LoadAsync(Stream));
    }

    [SkippableFact]
    public async Task Save_Backwards_ChangesNothing()
    {
        await using var table = await TestTable.StartAsync();
        var checkpoints = On(table);
        var mine = await checkpoints.ClaimAsync(Stream, Shard);
        // Numbers of different lengths: as texts they would sort otherwise.
        var saved = mine with { Position = Number("100000000000000000000000000000000000000000000000000000001") };

        Assert.True(await checkpoints.SaveAsync(Stream, saved));
        Assert.True(await checkpoints.SaveAsync(Stream, saved));
        Assert.True(await checkpoints.SaveAsync(Stream, mine with { Position = Number("99") }));
        Assert.True(await checkpoints.SaveAsync(Stream, mine));
        Assert.Equal([saved], await checkpoints.LoadAsync(Stream));

        Assert.True(await checkpoints.SaveAsync(Stream, saved with { IsClosed = true }));
        Assert.True(await checkpoints.SaveAsync(Stream, saved));
        Assert.Equal([saved with { IsClosed = true }], await checkpoints.LoadAsync(Stream));
    }

    [SkippableFact]
    public async Task Save_ManyOwnersAtOnceInAnyOrder_EndsWithTheNewestOwnersFurthest()
    {
        await using var table = await TestTable.StartAsync();
        var checkpoints = On(table);
        await checkpoints.ClaimAsync(Stream, Shard);
        var mine = await checkpoints.ClaimAsync(Stream, Shard);
        var random = new Random(1);
        await Task.WhenAll(Enumerable.Range(1, 60).OrderBy(_ => random.Next()).Select(i => Task.Run(async () =>
            Assert.Equal(i % 3 != 0, await checkpoints.SaveAsync(Stream, mine with { Owner = i % 3 == 0 ? 1 : 2, Position = Number(i.ToString(CultureInfo.InvariantCulture)) })))));

        Assert.Equal([mine with { Position = Number("59") }], await checkpoints.LoadAsync(Stream));
    }

    [SkippableFact]
    public async Task Load_ThousandsOfShards_FollowsEveryPage()
    {
        await using var table = await TestTable.StartAsync();
        var checkpoints = On(table);
        // 129 digits and long names: more than a page of 1 MB.
        var position = Number("1" + new string('0', 128));
        var shards = Enumerable.Range(0, 1_500).Select(i => $"shardId-{i.ToString("d12", CultureInfo.InvariantCulture)}{new string('x', 500)}").ToList();
        await Parallel.ForEachAsync(shards, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (shard, ending) =>
            Assert.True(await checkpoints.SaveAsync(Stream, (await checkpoints.ClaimAsync(Stream, shard, ending)) with { Position = position }, ending)));
        await checkpoints.ClaimAsync("another", Shard);

        Assert.Equal(shards, (await checkpoints.LoadAsync(Stream)).Select(checkpoint => checkpoint.Shard));
    }

    [SkippableFact]
    public async Task Save_FaultsOfEveryKind_NeverGoesBackwards()
    {
        await using var table = await TestTable.StartAsync();
        var checkpoints = On(table);
        var mine = await checkpoints.ClaimAsync(Stream, Shard);
        table.FailAtRandom(2, 0.2);
        var saved = 0;
        for (var i = 1; i <= 40; i++)
        {
            try
            {
                Assert.True(await checkpoints.SaveAsync(Stream, mine with { Position = Number(i.ToString(CultureInfo.InvariantCulture)) }));
                saved = i;
            }
            catch (StoreUnavailableException)
            {
                Assert.False(checkpoints.Health.IsHealthy);
            }
        }
        table.ComeBack();

        Assert.True((await checkpoints.LoadAsync(Stream))[0].Position >= Number(saved.ToString(CultureInfo.InvariantCulture)));
        Assert.True(checkpoints.Health.IsHealthy);
    }
}
