using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Portcullis.Engine;

namespace Portcullis.Aws.Tables;

/// <summary>A DynamoDB table with a partition key <c>PK</c> and a sort key <c>SK</c>, both texts. Reads are consistent and follow every page.</summary>
/// <param name="client">The client; the table does not own it.</param>
/// <param name="name">The table's name.</param>
/// <remarks>
/// Writes with an unknown outcome are the caller's to settle: the SDK tries again after throttling, a 5xx or a dropped connection, and a
/// condition may then meet what the first attempt has written.
/// </remarks>
internal sealed partial class DynamoTable(IAmazonDynamoDB client, string name)
{
    public const string Partition = "PK", Sort = "SK";

    /// <summary>When DynamoDB may delete the item, epoch seconds. It does so late (days), so readers look at times themselves.</summary>
    public const string Expires = "TTL";

    /// <summary>The condition that there is no item with the key of the one that is written.</summary>
    public const string IsFree = $"attribute_not_exists({Partition})";

    /// <summary>Most items that one BatchWriteItem takes.</summary>
    public const int MaxBatch = 25;

    private const int BatchAttempts = 8;

    private static readonly TimeSpan BatchPause = TimeSpan.FromMilliseconds(50);

    public string Name => name;

    /// <summary>The item with a key, or null.</summary>
    public async Task<Dictionary<string, AttributeValue>?> FindAsync(string partition, string sort, CancellationToken cancellation)
    {
        var answer = await CallAsync(() => client.GetItemAsync(new GetItemRequest { TableName = name, Key = KeyOf(partition, sort), ConsistentRead = true }, cancellation), cancellation).ConfigureAwait(false);
        return answer.Item is { Count: > 0 } item ? item : null;
    }

    /// <summary>The items of a partition in the order of their sort keys.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="from">First sort key; null from the beginning.</param>
    /// <param name="until">Last sort key; null to the end.</param>
    /// <param name="descending">Whether the last comes first.</param>
    /// <param name="pageSize">Items that are read at a time, for readers that stop early; null for as many as a page holds.</param>
    /// <param name="cancellation">Ends the read.</param>
    public async IAsyncEnumerable<Dictionary<string, AttributeValue>> QueryAsync(
        string partition, string? from = null, string? until = null, bool descending = false, int? pageSize = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var query = new QueryRequest
        {
            TableName = name,
            ConsistentRead = true,
            ScanIndexForward = !descending,
            Limit = pageSize,
            KeyConditionExpression = $"{Partition} = :partition" + (from, until) switch
            {
                (null, null) => "",
                (not null, null) => $" AND {Sort} >= :from",
                (null, not null) => $" AND {Sort} <= :until",
                _ => $" AND {Sort} BETWEEN :from AND :until",
            },
            ExpressionAttributeValues = new() { [":partition"] = new(partition) },
        };
        if (from is not null)
            query.ExpressionAttributeValues[":from"] = new(from);
        if (until is not null)
            query.ExpressionAttributeValues[":until"] = new(until);
        do
        {
            var page = await CallAsync(() => client.QueryAsync(query, cancellation), cancellation).ConfigureAwait(false);
            foreach (var item in page.Items ?? [])
                yield return item;
            query.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (query.ExclusiveStartKey is { Count: > 0 });
    }

    /// <summary>Writes an item whole.</summary>
    /// <param name="item">The item with its keys.</param>
    /// <param name="condition">What must be so, as a condition expression; null for nothing.</param>
    /// <param name="values">The values that the condition names.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown.</param>
    /// <returns>False when the condition does not hold; nothing was written then.</returns>
    public async Task<bool> PutAsync(Dictionary<string, AttributeValue> item, string? condition, Dictionary<string, AttributeValue>? values, CancellationToken cancellation)
    {
        try
        {
            await CallAsync(() => client.PutItemAsync(new PutItemRequest { TableName = name, Item = item, ConditionExpression = condition, ExpressionAttributeValues = values }, cancellation), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    /// <summary>Deletes an item.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteAsync(string partition, string sort, CancellationToken cancellation)
    {
        var answer = await CallAsync(() => client.DeleteItemAsync(new DeleteItemRequest { TableName = name, Key = KeyOf(partition, sort), ReturnValues = ReturnValue.ALL_OLD }, cancellation), cancellation).ConfigureAwait(false);
        return answer.Attributes is { Count: > 0 };
    }

    /// <summary>Writes and deletes items, no two with one key, in batches; each item by itself happens or does not.</summary>
    /// <exception cref="StoreUnavailableException">Not all of them were taken; write again.</exception>
    public async Task WriteAsync(IEnumerable<WriteRequest> writes, CancellationToken cancellation)
    {
        foreach (var batch in writes.Chunk(MaxBatch))
        {
            List<WriteRequest> left = [.. batch];
            for (var attempt = 0; left.Count > 0; attempt++)
            {
                if (attempt == BatchAttempts)
                    throw new StoreUnavailableException($"The table {name} does not take all that is written; {left.Count} items are left.");
                if (attempt > 0)
                    await Task.Delay(BatchPause * Math.Pow(2, attempt - 1) * (0.5 + Random.Shared.NextDouble()), cancellation).ConfigureAwait(false);
                var request = new BatchWriteItemRequest { RequestItems = new() { [name] = left } };
                var answer = await CallAsync(() => client.BatchWriteItemAsync(request, cancellation), cancellation).ConfigureAwait(false);
                left = answer.UnprocessedItems?.GetValueOrDefault(name) ?? [];
            }
        }
    }

    /// <summary>A write for <see cref="WriteAsync"/>.</summary>
    public static WriteRequest Putting(Dictionary<string, AttributeValue> item) => new(new PutRequest(item));

    /// <summary>A deletion for <see cref="WriteAsync"/>.</summary>
    public static WriteRequest Deleting(string partition, string sort) => new(new DeleteRequest(KeyOf(partition, sort)));

    /// <summary>Creates the table when there is none, for tests and for installations without templates.</summary>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        try
        {
            var request = new CreateTableRequest
            {
                TableName = name,
                BillingMode = BillingMode.PAY_PER_REQUEST,
                AttributeDefinitions = [new(Partition, ScalarAttributeType.S), new(Sort, ScalarAttributeType.S)],
                KeySchema = [new(Partition, KeyType.HASH), new(Sort, KeyType.RANGE)],
            };
            await CallAsync(() => client.CreateTableAsync(request, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (StoreUnavailableException error) when (error.InnerException is ResourceInUseException)
        {
            // It is there already.
        }
        while ((await CallAsync(() => client.DescribeTableAsync(name, cancellation), cancellation).ConfigureAwait(false)).Table.TableStatus != TableStatus.ACTIVE)
            await Task.Delay(BatchPause, cancellation).ConfigureAwait(false);
    }

    private static Dictionary<string, AttributeValue> KeyOf(string partition, string sort) => new() { [Partition] = new(partition), [Sort] = new(sort) };

    /// <summary>A condition that does not hold is an answer; everything else says that the store cannot be used now.</summary>
    private async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception error) when (error is AmazonServiceException and not ConditionalCheckFailedException or AmazonClientException || Unanswered.Is(error, cancellation))
        {
            throw new StoreUnavailableException($"The table {name} cannot be used now: {error.Message}", error);
        }
    }
}
