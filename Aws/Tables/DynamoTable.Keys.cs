using System.Runtime.CompilerServices;
using Amazon.DynamoDBv2.Model;
using Portcullis.Engine;

namespace Portcullis.Aws.Tables;

/// <summary>Reads of many items by their keys.</summary>
internal sealed partial class DynamoTable
{
    /// <summary>Most items that one BatchGetItem gives.</summary>
    public const int MaxGetBatch = 100;

    /// <summary>Those items with some keys that there are, in no order. No key may be there twice.</summary>
    /// <exception cref="StoreUnavailableException">Not all of them were given; read again.</exception>
    public async IAsyncEnumerable<Dictionary<string, AttributeValue>> FindAllAsync(
        IEnumerable<(string Partition, string Sort)> keys, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var batch in keys.Chunk(MaxGetBatch))
        {
            List<Dictionary<string, AttributeValue>> left = [.. batch.Select(key => KeyOf(key.Partition, key.Sort))];
            // An answer of 16 MB ends early without being refused, so only those that give nothing count.
            for (var attempt = 0; left.Count > 0;)
            {
                var request = new BatchGetItemRequest { RequestItems = new() { [name] = new KeysAndAttributes { Keys = left, ConsistentRead = true } } };
                var answer = await CallAsync(() => client.BatchGetItemAsync(request, cancellation), cancellation).ConfigureAwait(false);
                var items = answer.Responses?.GetValueOrDefault(name) ?? [];
                foreach (var item in items)
                    yield return item;
                left = answer.UnprocessedKeys?.GetValueOrDefault(name)?.Keys ?? [];
                if (items.Count > 0 || left.Count == 0)
                    continue;
                if (++attempt == BatchAttempts)
                    throw new StoreUnavailableException($"The table {name} does not give all that is asked for; {left.Count} items are left.");
                await Task.Delay(BatchPause * Math.Pow(2, attempt - 1) * (0.5 + Random.Shared.NextDouble()), cancellation).ConfigureAwait(false);
            }
        }
    }
}
