using Portcullis.Engine;

namespace Portcullis.Aws.Kinesis;

/// <summary>In which order shards are read: parents before their children, so that a session's lines come in order.</summary>
public static class ShardLineage
{
    /// <summary>The shards that can be read now: not read to their end, while all their parents that are still kept are.</summary>
    /// <param name="listed">All shards of the stream.</param>
    /// <param name="done">Ids of shards that were read to their end.</param>
    public static IReadOnlyList<StreamShard> Readable(IReadOnlyList<StreamShard> listed, IReadOnlySet<string> done)
    {
        var kept = listed.Select(shard => shard.Id).ToHashSet(StringComparer.Ordinal);
        return [.. listed.Where(shard => !done.Contains(shard.Id) && IsOver(shard.Parent) && IsOver(shard.AdjacentParent))];

        // A parent that is not listed is beyond the retention: there is nothing left of it to wait for.
        bool IsOver(string? parent) => parent is null || done.Contains(parent) || !kept.Contains(parent);
    }

    /// <summary>
    /// Whether a checkpoint is of a shard of the same id in an earlier stream of the same name: it lies before the shard's first record, or
    /// says of an open shard that it ended without any.
    /// </summary>
    public static bool IsOfEarlierStream(ShardCheckpoint checkpoint, StreamShard shard) =>
        checkpoint.Position is { } position ? position < shard.Start : checkpoint.IsClosed && !shard.IsClosed;
}
