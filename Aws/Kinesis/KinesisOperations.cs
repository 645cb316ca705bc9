using System.Text.Json.Serialization;

namespace Portcullis.Aws.Kinesis;

// Names and forms: Kinesis Data Streams API reference, ListShards, GetShardIterator, GetRecords.
internal sealed record ListShardsInput(string? StreamName, string? NextToken, int? MaxResults);

internal sealed record ListShardsOutput(IReadOnlyList<ListedShard> Shards, string? NextToken);

internal sealed record ListedShard(string ShardId, string? ParentShardId, string? AdjacentParentShardId, ListedRange SequenceNumberRange);

internal sealed record ListedRange(string StartingSequenceNumber, string? EndingSequenceNumber);

/// <param name="StreamName">The stream.</param>
/// <param name="ShardId">The shard.</param>
/// <param name="ShardIteratorType">Where it starts.</param>
/// <param name="StartingSequenceNumber">For the types that start at a record.</param>
/// <param name="Timestamp">For AT_TIMESTAMP, epoch seconds.</param>
internal sealed record GetShardIteratorInput(string StreamName, string ShardId, string ShardIteratorType, string? StartingSequenceNumber, decimal? Timestamp);

internal sealed record GetShardIteratorOutput(string? ShardIterator);

internal sealed record GetRecordsInput(string ShardIterator, int Limit);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ListShardsInput))]
[JsonSerializable(typeof(ListShardsOutput))]
[JsonSerializable(typeof(GetShardIteratorInput))]
[JsonSerializable(typeof(GetShardIteratorOutput))]
[JsonSerializable(typeof(GetRecordsInput))]
[JsonSerializable(typeof(RecordBatch))]
internal sealed partial class KinesisTypes : JsonSerializerContext;
