using Amazon.Runtime;
using Portcullis.Aws.Json;
using Portcullis.Engine;

namespace Portcullis.Aws.Kinesis;

/// <summary>The calls on one stream that reading it takes.</summary>
/// <remarks>
/// Needs <c>kinesis:ListShards</c>, <c>kinesis:GetShardIterator</c> and <c>kinesis:GetRecords</c> on the stream, and <c>kms:Decrypt</c> on its
/// key where it is encrypted with one of the customer's. Safe for concurrent use.
/// </remarks>
public sealed class KinesisStream : IDisposable
{
    private readonly JsonServiceClient _listing;
    private readonly JsonServiceClient _reading;

    /// <summary>Puts the clients together; nothing is sent.</summary>
    /// <param name="connection">Region, endpoint and credentials.</param>
    /// <param name="name">The stream's name.</param>
    public KinesisStream(AwsConnection connection, string name)
    {
        Name = name;
        _listing = new JsonServiceClient(JsonService.Kinesis, connection);
        // The SDK's retries would come faster than a shard's five reads a second, and unseen. A clock that is wrong is corrected by retries:
        // listing, which always comes first, has them.
        _reading = new JsonServiceClient(JsonService.Kinesis, connection with { Retries = 0 });
    }

    /// <summary>The stream's name.</summary>
    public string Name { get; }

    /// <summary>Lists all shards that the stream keeps, closed ones included.</summary>
    /// <param name="pageSize">Most shards of one answer, 1 to 10,000; null for the service's own choice.</param>
    /// <param name="cancellation">Ends the calls.</param>
    /// <exception cref="AmazonServiceException">The stream does not exist, may not be listed, or the service does not answer.</exception>
    public async Task<IReadOnlyList<StreamShard>> ListShardsAsync(int? pageSize, CancellationToken cancellation)
    {
        var shards = new List<StreamShard>();
        string? next = null;
        do
        {
            // The token stands for the stream; naming both is refused.
            var input = new ListShardsInput(next is null ? Name : null, next, pageSize);
            var output = await _listing.CallAsync("ListShards", input, KinesisTypes.Default.ListShardsInput, KinesisTypes.Default.ListShardsOutput, cancellation).ConfigureAwait(false);
            shards.AddRange(output.Shards.Select(shard => new StreamShard(
                shard.ShardId, shard.ParentShardId, shard.AdjacentParentShardId,
                SequenceNumber.Parse(shard.SequenceNumberRange.StartingSequenceNumber), shard.SequenceNumberRange.EndingSequenceNumber is not null)));
            next = output.NextToken;
        }
        while (!string.IsNullOrEmpty(next));
        return shards;
    }

    /// <summary>Where a shard is read after a record.</summary>
    /// <returns>The iterator; null at the end of a closed shard.</returns>
    internal Task<string?> IteratorAfterAsync(string shard, SequenceNumber position, CancellationToken cancellation) =>
        IteratorAsync(new GetShardIteratorInput(Name, shard, "AFTER_SEQUENCE_NUMBER", position.ToString(), null), cancellation);

    /// <summary>Where a shard is read with the records put from a time on, which is not in the future.</summary>
    internal Task<string?> IteratorFromAsync(string shard, DateTimeOffset time, CancellationToken cancellation) =>
        IteratorAsync(new GetShardIteratorInput(Name, shard, "AT_TIMESTAMP", null, time.ToUnixTimeMilliseconds() / 1000m), cancellation);

    /// <summary>Where a shard's oldest record is read.</summary>
    internal Task<string?> OldestIteratorAsync(string shard, CancellationToken cancellation) =>
        IteratorAsync(new GetShardIteratorInput(Name, shard, "TRIM_HORIZON", null, null), cancellation);

    /// <summary>Where a shard is read with the records put from now on.</summary>
    internal Task<string?> LatestIteratorAsync(string shard, CancellationToken cancellation) =>
        IteratorAsync(new GetShardIteratorInput(Name, shard, "LATEST", null, null), cancellation);

    internal Task<RecordBatch> GetRecordsAsync(string iterator, int limit, CancellationToken cancellation) => _reading.CallAsync(
        "GetRecords", new GetRecordsInput(iterator, limit), KinesisTypes.Default.GetRecordsInput, KinesisTypes.Default.RecordBatch, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _listing.Dispose();
        _reading.Dispose();
    }

    private async Task<string?> IteratorAsync(GetShardIteratorInput input, CancellationToken cancellation)
    {
        var output = await _reading.CallAsync(
            "GetShardIterator", input, KinesisTypes.Default.GetShardIteratorInput, KinesisTypes.Default.GetShardIteratorOutput, cancellation).ConfigureAwait(false);
        return output.ShardIterator;
    }
}
