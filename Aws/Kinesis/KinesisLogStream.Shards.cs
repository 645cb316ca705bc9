using System.Collections.Concurrent;
using Portcullis.Engine;

namespace Portcullis.Aws.Kinesis;

/// <content>Finds the shards and follows resharding.</content>
public sealed partial class KinesisLogStream
{
    private async Task FollowAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var resharded = _reshardings = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var wait = _options.ListEvery;
            try
            {
                await FollowOnceAsync(_stopping.Token).ConfigureAwait(false);
                _listingError = null;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                var text = KinesisErrors.Describe(error, _options.Stream);
                if (_listingError != text)
                    LogListingFailed(_options.Stream, text);
                _listingError = text;
                wait = RetryAfter;
            }
            await resharded.Task.WaitAsync(wait, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Lists the shards, begins to read those that can be read, and forgets those that are no more.</summary>
    private async Task FollowOnceAsync(CancellationToken cancellation)
    {
        var loaded = _known ?? (await _checkpoints.LoadAsync(_options.Stream, cancellation).ConfigureAwait(false)).ToDictionary(checkpoint => checkpoint.Shard, StringComparer.Ordinal);
        // A shard that ends from here on may be listed as open.
        var known = loaded.Values.Where(checkpoint => !_fenced.ContainsKey(checkpoint.Shard))
            .Select(checkpoint => _shards.TryGetValue(checkpoint.Shard, out var shard) ? shard.Reader.Checkpoint : _saved.GetValueOrDefault(checkpoint.Shard, checkpoint))
            .ToList();
        var listed = await _stream.ListShardsAsync(null, cancellation).ConfigureAwait(false);
        if (_known is null)
        {
            if (known.Count == 0)
                known = await BeginStreamAsync(listed, cancellation).ConfigureAwait(false);
            _known = known.ToDictionary(checkpoint => checkpoint.Shard, StringComparer.Ordinal);
            foreach (var closed in known.Where(checkpoint => checkpoint.IsClosed))
                _done[closed.Shard] = true;
        }
        await ForgetAsync(known, listed, cancellation).ConfigureAwait(false);
        var fresh = ShardLineage.Readable(listed, _done.Keys.ToHashSet(StringComparer.Ordinal)).Where(shard => !_shards.ContainsKey(shard.Id) && !_fenced.ContainsKey(shard.Id)).ToList();
        var claims = new ConcurrentBag<ShardCheckpoint>();
        await Parallel.ForEachAsync(fresh, new ParallelOptions { MaxDegreeOfParallelism = ClaimsAtOnce, CancellationToken = cancellation }, async (shard, token) =>
            claims.Add(await _checkpoints.ClaimAsync(_options.Stream, shard.Id, token).ConfigureAwait(false))).ConfigureAwait(false);
        // All join before one reads.
        foreach (var claim in claims)
            _alignment.Join(claim.Shard);
        foreach (var claim in claims)
            Begin(claim);
    }

    /// <summary>
    /// Sets the start of a stream that was never read: of each shard that is there now. Shards that come later are read from their beginning.
    /// It is saved before a line is read, so that a restart starts from the same time.
    /// </summary>
    private async Task<List<ShardCheckpoint>> BeginStreamAsync(IReadOnlyList<StreamShard> listed, CancellationToken cancellation)
    {
        var from = _options.Start.From(_time.GetUtcNow());
        // What was put from now on is in no shard that is closed already.
        var skipsClosed = _options.Start == KinesisStart.Latest;
        var begun = new ConcurrentBag<ShardCheckpoint>();
        await Parallel.ForEachAsync(listed, new ParallelOptions { MaxDegreeOfParallelism = ClaimsAtOnce, CancellationToken = cancellation }, async (shard, token) =>
        {
            var claim = await _checkpoints.ClaimAsync(_options.Stream, shard.Id, token).ConfigureAwait(false);
            var first = claim with { From = from, IsClosed = skipsClosed && shard.IsClosed };
            await _checkpoints.SaveAsync(_options.Stream, first, token).ConfigureAwait(false);
            begun.Add(first);
        }).ConfigureAwait(false);
        return [.. begun];
    }

    /// <summary>Forgets shards that the stream no longer keeps, and checkpoints that belong to an earlier stream of the same name.</summary>
    private async Task ForgetAsync(IReadOnlyList<ShardCheckpoint> known, IReadOnlyList<StreamShard> listed, CancellationToken cancellation)
    {
        var kept = listed.ToDictionary(shard => shard.Id, StringComparer.Ordinal);
        foreach (var checkpoint in known)
        {
            if (kept.TryGetValue(checkpoint.Shard, out var shard))
            {
                // Just after a shard has ended, a listing may still have it as open: without a position that says nothing of one read here.
                if (!ShardLineage.IsOfEarlierStream(checkpoint, shard) || (checkpoint.Position is null && _saved.ContainsKey(checkpoint.Shard)))
                    continue;
                LogEarlierStream(_options.Stream, checkpoint.Shard);
                Interlocked.Increment(ref _gaps);
            }
            else if (!checkpoint.IsClosed)
            {
                LogShardGone(checkpoint.Shard, _options.Stream);
                Interlocked.Increment(ref _gaps);
            }
            if (_shards.TryGetValue(checkpoint.Shard, out var reading))
                await EndAsync(reading).ConfigureAwait(false);
            await _checkpoints.DeleteAsync(_options.Stream, checkpoint.Shard, cancellation).ConfigureAwait(false);
            Retire(checkpoint.Shard);
            _known!.Remove(checkpoint.Shard);
            _saved.TryRemove(checkpoint.Shard, out _);
            _done.TryRemove(checkpoint.Shard, out _);
        }
    }
}
