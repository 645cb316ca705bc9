using Portcullis.Enforcement;
using Portcullis.Enforcement.KeyValueStores;
using Portcullis.Engine;

namespace Portcullis.Aws.KeyValueStore;

/// <summary>
/// A CloudFront KeyValueStore as a target. Reading is one cheap call as long as the store's version is the one that was last read or
/// written; only otherwise are all its entries listed, 50 to a call. Once an hour they are listed beside the work, to be sure.
/// </summary>
/// <remarks>One enforcer uses it, one call after another.</remarks>
public sealed class KeyValueStoreTarget : IEnforcementTarget<KeyValueStorePlan>, IHealthReporting, IAsyncDisposable
{
    private const int ListAttempts = 3;

    private readonly KeyValueStoreClient _client;
    private readonly TimeProvider _time;
    private readonly CallHealth _health;
    private readonly CancellationTokenSource _stopping = new();
    private StoreMirror? _mirror;
    private Task<Dictionary<string, string>>? _listing;
    private long _listedAt;

    /// <summary>Puts a target together; nothing is read.</summary>
    /// <param name="client">The store. The target does not own it.</param>
    /// <param name="time">The clock.</param>
    public KeyValueStoreTarget(KeyValueStoreClient client, TimeProvider time)
    {
        _client = client;
        _time = time;
        _health = new CallHealth(Name, time);
    }

    /// <inheritdoc/>
    public string Name => "cloudfront-keyvaluestore";

    /// <inheritdoc/>
    public StoreHealth Health => _health.Current;

    /// <value>How long a part of a write takes before a newer plan is looked for. Default 1 s.</value>
    public TimeSpan Part { get; init; } = TimeSpan.FromSeconds(1);

    /// <value>How often all entries are listed although the version has not changed. Default 1 h.</value>
    public TimeSpan ListingInterval { get; init; } = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public async ValueTask<KeyValueStorePlan> ReadAsync(CancellationToken cancellation) => (await _health.WatchAsync(() => MirrorAsync(cancellation)).ConfigureAwait(false)).Plan;

    /// <inheritdoc/>
    public async ValueTask WriteAsync(KeyValueStorePlan plan, CancellationToken cancellation)
    {
        while (!await WritePartAsync(plan, cancellation).ConfigureAwait(false))
        {
            // One part after another.
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> WritePartAsync(KeyValueStorePlan plan, CancellationToken cancellation) => new(_health.WatchAsync(async () =>
    {
        var started = _time.GetTimestamp();
        var mirror = _mirror ?? await MirrorAsync(cancellation).ConfigureAwait(false);
        var batches = plan.Batches(mirror.Plan);
        var written = 0;
        while (written < batches.Count && (written == 0 || _time.GetElapsedTime(started) < Part))
            await UpdateAsync(mirror, batches[written++], cancellation).ConfigureAwait(false);
        return written == batches.Count;
    }));

    /// <summary>Ends a listing that is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_listing is { } listing)
            await ((Task)listing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task UpdateAsync(StoreMirror mirror, KeyValueStoreBatch batch, CancellationToken cancellation)
    {
        try
        {
            // When the answer is lost, the mirror keeps its version: the next reading tells by the store's whether the write happened.
            var state = await _client.UpdateAsync(batch, mirror.ETag, cancellation).ConfigureAwait(false);
            mirror.Apply(batch, state.ETag);
        }
        catch (KeyValueStoreException error) when (error.IsConflict)
        {
            _mirror = null;
            throw new TargetConflictException("The KeyValueStore has changed since it was read.", error);
        }
    }

    private async Task<StoreMirror> MirrorAsync(CancellationToken cancellation)
    {
        var state = await _client.DescribeAsync(cancellation).ConfigureAwait(false);
        if (_mirror is { } mirror && mirror.ETag == state.ETag && await IsConfirmedAsync(mirror).ConfigureAwait(false))
            return mirror;
        _mirror = null;
        for (var attempt = 0; attempt < ListAttempts; attempt++)
        {
            var content = await ListAsync(cancellation).ConfigureAwait(false);
            var before = state.ETag;
            state = await _client.DescribeAsync(cancellation).ConfigureAwait(false);
            // Pages carry no version: only when it is the same before and after are they of one.
            if (state.ETag == before)
            {
                _listing = null;
                _listedAt = _time.GetTimestamp();
                return _mirror = new StoreMirror(state.ETag, content);
            }
        }
        throw new KeyValueStoreException("ListKeys", $"was overtaken by another writer {ListAttempts} times; only Portcullis may write to this store.");
    }

    /// <summary>Lists beside the work when it is time to, and compares when that is done: a listing of 100,000 entries takes minutes, and no revocation waits for it.</summary>
    private async Task<bool> IsConfirmedAsync(StoreMirror mirror)
    {
        if (_listing is { IsCompleted: true } listing)
        {
            _listing = null;
            var listed = await listing.ConfigureAwait(false);
            _listedAt = _time.GetTimestamp();
            return mirror.Agrees(listed);
        }
        if (_listing is null && _time.GetElapsedTime(_listedAt) >= ListingInterval)
        {
            mirror.BeginListing();
            _listing = ListAsync(_stopping.Token);
        }
        return true;
    }

    private async Task<Dictionary<string, string>> ListAsync(CancellationToken cancellation)
    {
        var content = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var entry in _client.ListAsync(cancellation).ConfigureAwait(false))
            content[entry.Key] = entry.Value;
        return content;
    }
}
