using Portcullis.Engine;

namespace Portcullis.Aws.Kinesis;

/// <summary>A shard as the stream lists it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Parent">The shard that it came from by a split or a merge; null for a stream's first shards.</param>
/// <param name="AdjacentParent">The other shard that was merged into it, or null.</param>
/// <param name="Start">Where its sequence numbers start.</param>
/// <param name="IsClosed">Whether it gets no more records.</param>
public sealed record StreamShard(string Id, string? Parent, string? AdjacentParent, SequenceNumber Start, bool IsClosed);
