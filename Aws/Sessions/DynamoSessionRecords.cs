using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Tables;
using Portcullis.Engine;
using Portcullis.Sessions;

namespace Portcullis.Aws.Sessions;

/// <summary>Sessions with evidence in DynamoDB, one item each, over some partitions; documents in pieces.</summary>
/// <param name="client">A client for the table; the store does not own it.</param>
/// <param name="table">The table's name.</param>
/// <param name="time">The clock, for when items may be deleted.</param>
public sealed class DynamoSessionRecords(IAmazonDynamoDB client, string table, TimeProvider time) : ISessionRecords
{
    /// <summary>How long a session that nobody saves any more is kept: one in memory is saved and deleted long before.</summary>
    internal static readonly TimeSpan KeptFor = TimeSpan.FromDays(2);

    private const string State = "State";
    private const int Partitions = 16, WritesAtOnce = 8, ErasureRounds = 10;

    private readonly DynamoTable _table = new(client, table);
    private readonly CallHealth _health = new("session-records", time);

    /// <inheritdoc/>
    public StoreHealth Health => _health.Current;

    /// <inheritdoc/>
    public async IAsyncEnumerable<KeyValuePair<string, byte[]>> LoadAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var number = 0; number < Partitions; number++)
        {
            foreach (var item in await ReadAsync(PartitionOf(number), null, null, cancellation).ConfigureAwait(false))
            {
                // Time to live deletes late.
                if (Number.In(item, DynamoTable.Expires) > time.GetUtcNow().ToUnixTimeSeconds())
                    yield return new(item[DynamoTable.Sort].S, item[State].B.ToArray());
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(IReadOnlyCollection<KeyValuePair<string, byte[]?>> changed, CancellationToken cancellation = default)
    {
        var expires = Number.Of((time.GetUtcNow() + KeptFor).ToUnixTimeSeconds());
        var newest = new Dictionary<string, byte[]?>(StringComparer.Ordinal);
        foreach (var (sid, state) in changed)
            newest[sid] = state;
        await _health.WatchAsync(() => Parallel.ForEachAsync(
            newest.Select(session => WriteOf(session.Key, session.Value, expires)).Chunk(DynamoTable.MaxBatch),
            new ParallelOptions { MaxDegreeOfParallelism = WritesAtOnce, CancellationToken = cancellation },
            async (batch, ending) => await _table.WriteAsync(batch, ending).ConfigureAwait(false))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<int> EraseAsync(string tag, CancellationToken cancellation = default)
    {
        var erased = new HashSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < ErasureRounds; round++)
        {
            var found = new List<string>();
            for (var number = 0; number < Partitions; number++)
            {
                // The character after the underscore ends the range of sids.
                foreach (var item in await ReadAsync(PartitionOf(number), tag + "_", tag + "`", cancellation).ConfigureAwait(false))
                    found.Add(item[DynamoTable.Sort].S);
            }
            if (found.Count == 0)
                return erased.Count;
            await _health.WatchAsync(() => _table.WriteAsync(found.Select(sid => DynamoTable.Deleting(PartitionOf(sid), sid)), cancellation)).ConfigureAwait(false);
            erased.UnionWith(found);
        }
        throw new StoreUnavailableException("Sessions of the account are stored as fast as they are erased; erase again.");
    }

    /// <inheritdoc/>
    public async ValueTask<byte[]?> LoadDocumentAsync(string name, CancellationToken cancellation = default) =>
        await _health.WatchAsync(() => DocumentOf(name).LoadAsync(cancellation)).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask SaveDocumentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation = default) =>
        await _health.WatchAsync(() => DocumentOf(name).SaveAsync(content, cancellation)).ConfigureAwait(false);

    private ChunkedDocument DocumentOf(string name) => new(_table, Tenant.Key($"document#{name}"), time);

    private Task<List<Dictionary<string, AttributeValue>>> ReadAsync(string partition, string? from, string? until, CancellationToken cancellation) => _health.WatchAsync(async () =>
    {
        var items = new List<Dictionary<string, AttributeValue>>();
        await foreach (var item in _table.QueryAsync(partition, from, until, cancellation: cancellation).ConfigureAwait(false))
            items.Add(item);
        return items;
    });

    private static WriteRequest WriteOf(string sid, byte[]? state, AttributeValue expires) => state is null
        ? DynamoTable.Deleting(PartitionOf(sid), sid)
        : DynamoTable.Putting(new()
        {
            [DynamoTable.Partition] = new(PartitionOf(sid)),
            [DynamoTable.Sort] = new(sid),
            [State] = new() { B = new MemoryStream(state) },
            [DynamoTable.Expires] = expires,
        });

    private static string PartitionOf(string sid) => PartitionOf((int)(SidHash.Of(Encoding.ASCII.GetBytes(sid)) % Partitions));

    private static string PartitionOf(int number) => Tenant.Key(string.Create(CultureInfo.InvariantCulture, $"sessions#{number:d2}"));
}
