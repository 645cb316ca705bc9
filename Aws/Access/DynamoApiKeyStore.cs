using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Portcullis.Access;
using Portcullis.Aws.Tables;
using Portcullis.Engine;

namespace Portcullis.Aws.Access;

/// <summary>API keys in DynamoDB, as hashes: one item holds them all, so that of two removals at once the second sees what the first has left.</summary>
public sealed class DynamoApiKeyStore : IApiKeyStore, IHealthReporting, IAsyncDisposable
{
    /// <summary>Longest stored list, in characters of JSON: an item has at most 400 KB. About a thousand keys.</summary>
    internal const int MostText = 300_000;

    private const string Keys = "Keys";

    private readonly VersionedItem _item;
    private readonly CallHealth _health;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly RegularTask _polling;
    private volatile ApiKeyList _list = ApiKeyList.Empty;

    private DynamoApiKeyStore(DynamoTable table, TimeProvider time, TimeSpan pollEvery)
    {
        _item = new VersionedItem(table, Tenant.Key("api-keys"), "list");
        _health = new CallHealth("api-keys", time);
        _polling = new RegularTask(pollEvery, RefreshAsync, time);
    }

    /// <inheritdoc/>
    public StoreHealth Health => _health.Current;

    /// <summary>Loads the keys, and goes on to look for changes.</summary>
    /// <param name="client">A client for the table; the store does not own it.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the load.</param>
    /// <param name="pollEvery">How often it looks whether another process has changed something; null for every 2 s.</param>
    /// <exception cref="StoreUnavailableException">The table cannot be read now.</exception>
    public static async Task<DynamoApiKeyStore> OpenAsync(IAmazonDynamoDB client, string table, TimeProvider time, CancellationToken cancellation, TimeSpan? pollEvery = null)
    {
        var store = new DynamoApiKeyStore(new DynamoTable(client, table), time, pollEvery ?? TimeSpan.FromSeconds(2));
        try
        {
            await store.RefreshAsync(cancellation).ConfigureAwait(false);
            return store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ApiKey? Find(ReadOnlySpan<byte> hash) => _list.ByHash.GetValueOrDefault(Convert.ToHexString(hash));

    /// <inheritdoc/>
    public IReadOnlyList<ApiKey> List() => _list.Keys;

    /// <inheritdoc/>
    /// <exception cref="StoreUnavailableException">The store cannot be written now, has no room, or knows another key with the id or the hash.</exception>
    public async ValueTask AddAsync(ApiKey key, byte[] hash, CancellationToken cancellation = default)
    {
        // As it will be read back.
        var added = new StoredApiKey(key with { Created = DateTimeOffset.FromUnixTimeSeconds(key.Created.ToUnixTimeSeconds()) }, Convert.ToHexString(hash));
        await ChangeAsync(
            list => list.Stored.Contains(added) ? null
                : list.Stored.Any(other => other.Key.Id == key.Id || other.Hash == added.Hash) ? throw new StoreUnavailableException("There is an API key with this id or secret already; draw another.")
                : [.. list.Stored, added],
            cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation = default)
    {
        var removed = false;
        await ChangeAsync(
            list =>
            {
                if (list.Stored.All(key => key.Key.Id != id))
                    return null;
                removed = !list.IsLastAdmin(id);
                return removed ? [.. list.Stored.Where(key => key.Key.Id != id)] : null;
            },
            cancellation).ConfigureAwait(false);
        return removed;
    }

    /// <summary>Stops looking for changes.</summary>
    public ValueTask DisposeAsync() => _polling.DisposeAsync();

    /// <summary>Reads the keys anew.</summary>
    internal async Task RefreshAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await ReadWatchedAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Changes the newest list, however often others are faster.</summary>
    /// <param name="change">Makes the new list; null when nothing is to change.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown.</param>
    private async Task ChangeAsync(Func<ApiKeyList, List<StoredApiKey>?> change, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await ReadWatchedAsync(cancellation).ConfigureAwait(false);
            while (change(_list) is { } changed)
            {
                var text = JsonSerializer.Serialize(changed, StoredJson.Options);
                if (text.Length > MostText)
                    throw new StoreUnavailableException($"There is no room for another API key among {changed.Count - 1}; remove those that are not used.");
                var revision = await _health.WatchAsync(() => _item.TryWriteAsync(new() { [Keys] = new(text) }, _list.Revision, cancellation)).ConfigureAwait(false);
                if (revision is not null)
                {
                    _list = new ApiKeyList(revision, changed);
                    return;
                }
                await ReadWatchedAsync(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private Task ReadWatchedAsync(CancellationToken cancellation) => _health.WatchAsync(() => ReadAsync(cancellation));

    private async Task ReadAsync(CancellationToken cancellation)
    {
        var item = await _item.ReadAsync(cancellation).ConfigureAwait(false);
        var revision = VersionedItem.RevisionOf(item);
        if (revision != _list.Revision)
            _list = item is null ? ApiKeyList.Empty : new ApiKeyList(revision, Read(item));
    }

    private static List<StoredApiKey> Read(Dictionary<string, AttributeValue> item)
    {
        try
        {
            return JsonSerializer.Deserialize<List<StoredApiKey>>(item[Keys].S, StoredJson.Options) ?? throw new JsonException("null");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException)
        {
            throw new StoreUnavailableException("The stored API keys are none that this version can read.", error);
        }
    }
}
