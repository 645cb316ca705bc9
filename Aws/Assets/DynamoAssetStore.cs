using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Portcullis.Assets;
using Portcullis.Aws.Tables;
using Portcullis.Engine;

namespace Portcullis.Aws.Assets;

/// <summary>Assets in DynamoDB, one item each, with the whole catalogue in memory. What other processes change is noticed within seconds.</summary>
/// <remarks>
/// Every change counts a number up before and after it is written. Who sees the number move reads all assets, and once more
/// <see cref="SettledAfter"/> later: by then whoever counted up and died has written what it was about to, or never will.
/// </remarks>
public sealed class DynamoAssetStore : IAssetStore, IHealthReporting, IAsyncDisposable
{
    /// <summary>How long after it was begun a change may still get into the table.</summary>
    internal static readonly TimeSpan SettledAfter = TimeSpan.FromMinutes(2);

    private const string Body = "Body", Count = "Count", Item = "asset#", EndOfItems = "asset$", Version = "version";

    private static readonly string Assets = Tenant.Key("assets");

    private readonly DynamoTable _table;
    private readonly TimeProvider _time;
    private readonly CallHealth _health;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly RegularTask _polling;
    private volatile AssetCatalogue _current = AssetCatalogue.Empty;
    private long _version = -1, _movedAt;
    private bool _isSettled;

    private DynamoAssetStore(DynamoTable table, TimeProvider time, TimeSpan pollEvery)
    {
        (_table, _time, _health) = (table, time, new CallHealth("assets", time));
        _polling = new RegularTask(pollEvery, RefreshAsync, time);
    }

    /// <inheritdoc/>
    public AssetCatalogue Current => _current;

    /// <inheritdoc/>
    public StoreHealth Health => _health.Current;

    /// <summary>Loads the assets, and goes on to look for changes.</summary>
    /// <param name="client">A client for the table; the store does not own it.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the load.</param>
    /// <param name="pollEvery">How often it looks whether another process has changed something; null for every 2 s.</param>
    /// <exception cref="StoreUnavailableException">The table cannot be read now.</exception>
    public static async Task<DynamoAssetStore> OpenAsync(IAmazonDynamoDB client, string table, TimeProvider time, CancellationToken cancellation, TimeSpan? pollEvery = null)
    {
        var store = new DynamoAssetStore(new DynamoTable(client, table), time, pollEvery ?? TimeSpan.FromSeconds(2));
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
    public async ValueTask<bool> PutAsync(Asset asset, CancellationToken cancellation = default)
    {
        var item = ItemOf(asset);
        return !await ChangeAsync(asset.Id, () => _table.PutAsync(item, null, null, cancellation), others => others.Append(asset), cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string id, CancellationToken cancellation = default) =>
        await ChangeAsync(id, () => _table.DeleteAsync(Assets, Item + id, cancellation), others => others, cancellation).ConfigureAwait(false);

    /// <summary>Stops looking for changes.</summary>
    public ValueTask DisposeAsync() => _polling.DisposeAsync();

    /// <summary>Reads the assets anew when something has changed, or may have.</summary>
    internal async Task RefreshAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await _health.WatchAsync(() => RefreshInTurnAsync(cancellation)).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    internal static Dictionary<string, AttributeValue> ItemOf(Asset asset) => new()
    {
        [DynamoTable.Partition] = new(Assets),
        [DynamoTable.Sort] = new(Item + asset.Id),
        [Body] = new(JsonSerializer.Serialize(asset, StoredJson.Options)),
    };

    /// <returns>Whether the asset was there before.</returns>
    private async Task<bool> ChangeAsync(string id, Func<Task> write, Func<IEnumerable<Asset>, IEnumerable<Asset>> change, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await _health.WatchAsync(async () =>
            {
                await CountUpAsync(cancellation).ConfigureAwait(false);
                var was = _current.Find(id) is not null;
                await write().ConfigureAwait(false);
                _current = new AssetCatalogue(_current.Version + 1, change(_current.Assets.Where(other => other.Id != id)));
                await CountUpAsync(cancellation).ConfigureAwait(false);
                return was;
            }).ConfigureAwait(false);
        }
        catch
        {
            // Whether it was written is unknown: the next look reads it all.
            _version = -1;
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Counts a change up, and catches up with the changes of others that this brings to light.</summary>
    private async Task CountUpAsync(CancellationToken cancellation)
    {
        var version = VersionOf(await _table.AddAsync(Assets, Version, Count, 1, cancellation).ConfigureAwait(false));
        if (version == _version + 1)
            _version = version;
        else
            await ReloadAsync(version, cancellation).ConfigureAwait(false);
    }

    private async Task RefreshInTurnAsync(CancellationToken cancellation)
    {
        var version = VersionOf(await _table.FindAsync(Assets, Version, cancellation).ConfigureAwait(false));
        if (version != _version)
        {
            await ReloadAsync(version, cancellation).ConfigureAwait(false);
        }
        else if (!_isSettled && _time.GetElapsedTime(_movedAt) >= SettledAfter)
        {
            await LoadAsync(cancellation).ConfigureAwait(false);
            _isSettled = true;
        }
    }

    private async Task ReloadAsync(long version, CancellationToken cancellation)
    {
        var movedAt = _time.GetTimestamp();
        await LoadAsync(cancellation).ConfigureAwait(false);
        (_version, _movedAt, _isSettled) = (version, movedAt, false);
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        var assets = new List<Asset>();
        await foreach (var item in _table.QueryAsync(Assets, Item, EndOfItems, cancellation: cancellation).ConfigureAwait(false))
            assets.Add(Read(item));
        _current = new AssetCatalogue(_current.Version + 1, assets);
    }

    private static long VersionOf(Dictionary<string, AttributeValue>? item) => item is null ? 0 : Number.In(item, Count);

    private Asset Read(Dictionary<string, AttributeValue> item)
    {
        try
        {
            return JsonSerializer.Deserialize<Asset>(item[Body].S, StoredJson.Options) ?? throw new JsonException("null");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException)
        {
            throw new StoreUnavailableException($"The item {Assets} / {item[DynamoTable.Sort].S} of the table {_table.Name} holds no asset that this version can read.", error);
        }
    }
}
