using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Tables;
using Portcullis.Engine;

namespace Portcullis.Aws.Sessions;

/// <summary>Checkpoints of shards in DynamoDB, one item each. Each write is conditional on the owner and on the position that is stored.</summary>
/// <param name="client">A client for the table; the store does not own it.</param>
/// <param name="table">The table's name.</param>
/// <param name="time">The clock.</param>
public sealed class DynamoCheckpoints(IAmazonDynamoDB client, string table, TimeProvider time) : ILogCheckpoints, IHealthReporting
{
    // Owner, position and closed are words of DynamoDB's own.
    private const string Owner = "ReadBy", Position = "ReadUpTo", From = "ReadFrom", Closed = "IsClosed";

    private readonly DynamoTable _table = new(client, table);
    private readonly CallHealth _health = new("checkpoints", time);

    /// <inheritdoc/>
    public StoreHealth Health => _health.Current;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ShardCheckpoint>> LoadAsync(string stream, CancellationToken cancellation = default) => await _health.WatchAsync(async () =>
    {
        var checkpoints = new List<ShardCheckpoint>();
        await foreach (var item in _table.QueryAsync(PartitionOf(stream), cancellation: cancellation).ConfigureAwait(false))
            checkpoints.Add(Read(item));
        return checkpoints;
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<ShardCheckpoint> ClaimAsync(string stream, string shard, CancellationToken cancellation = default) =>
        Read(await _health.WatchAsync(() => _table.AddAsync(PartitionOf(stream), shard, Owner, 1, cancellation)).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<bool> SaveAsync(string stream, ShardCheckpoint checkpoint, CancellationToken cancellation = default) => await _health.WatchAsync(async () =>
    {
        var item = Write(stream, checkpoint);
        var values = new Dictionary<string, AttributeValue> { [":owner"] = item[Owner] };
        var condition = $"{Owner} = :owner AND ";
        if (checkpoint.Position is null)
        {
            condition += $"attribute_not_exists({Position})";
        }
        else
        {
            condition += $"(attribute_not_exists({Position}) OR {Position} <= :position)";
            values[":position"] = item[Position];
        }
        if (!checkpoint.IsClosed)
            condition += $" AND attribute_not_exists({Closed})";
        if (await _table.PutAsync(item, condition, values, cancellation).ConfigureAwait(false))
            return true;
        // Another owner, or a step backwards.
        return await _table.FindAsync(PartitionOf(stream), checkpoint.Shard, cancellation).ConfigureAwait(false) is { } stored && Read(stored).Owner == checkpoint.Owner;
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string stream, string shard, CancellationToken cancellation = default) =>
        await _health.WatchAsync(() => _table.DeleteAsync(PartitionOf(stream), shard, cancellation)).ConfigureAwait(false);

    private static string PartitionOf(string stream) => Tenant.Key($"checkpoints#{stream}");

    private static Dictionary<string, AttributeValue> Write(string stream, ShardCheckpoint checkpoint)
    {
        var item = new Dictionary<string, AttributeValue>
        {
            [DynamoTable.Partition] = new(PartitionOf(stream)),
            [DynamoTable.Sort] = new(checkpoint.Shard),
            [Owner] = Number.Of(checkpoint.Owner),
        };
        if (checkpoint.Position is { } position)
            item[Position] = new(position.ToSortable());
        if (checkpoint.From is { } from)
            item[From] = new(from.ToString("O", CultureInfo.InvariantCulture));
        if (checkpoint.IsClosed)
            item[Closed] = new() { BOOL = true };
        return item;
    }

    private static ShardCheckpoint Read(Dictionary<string, AttributeValue> item) => new(
        item[DynamoTable.Sort].S,
        Number.In(item, Owner),
        item.TryGetValue(Position, out var position) ? SequenceNumber.Parse(position.S[3..]) : null,
        item.TryGetValue(From, out var from) ? DateTimeOffset.Parse(from.S, CultureInfo.InvariantCulture) : null,
        item.ContainsKey(Closed));
}
