using FsCheck;
using FsCheck.Fluent;
using Portcullis.Aws.Kinesis;
using Portcullis.Engine;

namespace Portcullis.Aws.Tests.Kinesis;

public sealed class ShardLineageTests
{
    /// <summary>What a stream goes through: splits and merges of shards by chance, and how many of its oldest shards it no longer keeps.</summary>
    private static readonly Arbitrary<(int[] Changes, int Trimmed)> Histories =
        (from changes in Gen.Choose(0, 999).ArrayOf()
         from trimmed in Gen.Choose(0, 5)
         select (changes, trimmed)).Values();

    [Fact]
    public void Readable_AnyHistory_ReadsEachShardOnceAndAllItsParentsBefore() => Seeded.Holds(Histories, drawn =>
    {
        var shards = Reshard(drawn.Changes);
        var listed = shards.Skip(Math.Min(drawn.Trimmed, shards.Count(shard => shard.IsClosed))).ToList();
        var kept = listed.Select(shard => shard.Id).ToHashSet();
        var done = new HashSet<string>();
        while (done.Count < listed.Count)
        {
            var readable = ShardLineage.Readable(listed, done);
            if (readable.Count == 0 || readable.Any(shard => new[] { shard.Parent, shard.AdjacentParent }.Any(parent => parent is not null && kept.Contains(parent) && !done.Contains(parent))))
                return false;
            if (!done.Add(readable[drawn.Changes.Length % readable.Count].Id))
                return false;
        }
        return ShardLineage.Readable(listed, done).Count == 0;
    });

    [Theory]
    [InlineData(null, false, false, false)]
    [InlineData("9", false, false, true)]
    [InlineData("10", false, false, false)]
    [InlineData("11", true, false, false)]
    [InlineData(null, true, false, true)]
    [InlineData(null, true, true, false)]
    public void IsOfEarlierStream_BeforeTheFirstRecordOrClosedAndOpen_Is(string? position, bool isClosed, bool isListedClosed, bool expected)
    {
        var checkpoint = new ShardCheckpoint("a", 1, position is null ? null : SequenceNumber.Parse(position), IsClosed: isClosed);
        var shard = new StreamShard("a", null, null, SequenceNumber.Parse("10"), isListedClosed);

        Assert.Equal(expected, ShardLineage.IsOfEarlierStream(checkpoint, shard));
    }

    private static List<StreamShard> Reshard(int[] changes)
    {
        var shards = new List<StreamShard> { Shard(0, null, null), Shard(1, null, null) };
        foreach (var change in changes)
        {
            var open = shards.Where(shard => !shard.IsClosed).ToList();
            var first = open[change % open.Count];
            var second = change % 2 == 0 ? open[(change + 1) % open.Count] : first;
            shards = [.. shards.Select(shard => shard == first || shard == second ? shard with { IsClosed = true } : shard)];
            shards.Add(Shard(shards.Count, first.Id, second == first ? null : second.Id));
            if (second == first)
                shards.Add(Shard(shards.Count, first.Id, null));
        }
        return shards;
    }

    private static StreamShard Shard(int number, string? parent, string? adjacent) => new($"shardId-{number:d12}", parent, adjacent, default, false);
}
