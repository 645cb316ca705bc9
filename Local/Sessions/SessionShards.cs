using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <summary>The embedded session engine: states in shards by sid, each under its own lock; verdicts go to the ledger.</summary>
public sealed class SessionShards : ISessionEngine
{
    /// <summary>How long after its newest line a session stays in memory.</summary>
    public static readonly TimeSpan IdleAfter = TimeSpan.FromMinutes(15);

    private const int ShardCount = 16;
    private const long LiveFor = 60_000;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);

    private readonly SessionShard[] _shards = [.. Enumerable.Range(0, ShardCount).Select(_ => new SessionShard())];
    private readonly IVerdictSink _sink;
    private readonly Func<AssetCatalogue> _assets;
    private readonly DetectionPolicy _policy;
    private readonly TimeProvider _time;
    private readonly int _allowedViewers;
    private readonly Lock _watching = new();
    private readonly List<Channel<SessionReport>> _watchers = [];

    /// <summary>Puts an engine without sessions together.</summary>
    /// <param name="sink">Where verdicts go.</param>
    /// <param name="assets">The assets of now.</param>
    /// <param name="policy">Thresholds and weights.</param>
    /// <param name="time">The clock, for retries and for what counts as live.</param>
    /// <param name="allowedViewers">Viewers that may play a session of an unknown asset at the same time.</param>
    public SessionShards(IVerdictSink sink, Func<AssetCatalogue> assets, DetectionPolicy policy, TimeProvider time, int allowedViewers = 1)
    {
        _allowedViewers = allowedViewers;
        _sink = sink;
        _assets = assets;
        _policy = policy;
        _time = time;
    }

    /// <inheritdoc/>
    public SessionCounts Counts
    {
        get
        {
            var since = _time.GetUtcNow().ToUnixTimeMilliseconds() - LiveFor;
            int live = 0, all = 0, flagged = 0, revoked = 0;
            foreach (var shard in _shards)
            {
                lock (shard.Lock)
                {
                    foreach (var state in shard.States.Values)
                    {
                        all++;
                        live += state.LastSeen >= since ? 1 : 0;
                        flagged += state.Verdict.Action == VerdictAction.Flag ? 1 : 0;
                        revoked += state.Verdict.Action == VerdictAction.Revoke ? 1 : 0;
                    }
                }
            }
            return new SessionCounts(live, all, flagged, revoked);
        }
    }

    /// <inheritdoc/>
    public async ValueTask ObserveAsync(IReadOnlyCollection<SessionSlice> slices, CancellationToken cancellation)
    {
        List<SessionReport>? risen = null;
        var assets = _assets();
        foreach (var slice in slices)
        {
            var shard = ShardOf(slice.Sid);
            lock (shard.Lock)
            {
                var state = shard.Open(slice.Sid);
                if (_sink.LiftedAt(slice.Sid) is { } lifted && lifted > state.ResetAt)
                {
                    state.Reset(lifted);
                    shard.Undelivered.Remove(slice.Sid);
                }
                var before = state.Verdict;
                var asset = assets.Find(state.AssetId ?? slice.AssetId ?? "");
                var verdict = state.Observe(slice, asset?.Policy.AllowedViewers ?? _allowedViewers, _policy);
                if (verdict.Score > before.Score)
                    shard.Undelivered[slice.Sid] = verdict.Score;
                if (shard.Undelivered.ContainsKey(slice.Sid))
                    (risen ??= []).Add(SessionReport.Of(state));
            }
        }
        if (risen is null)
            return;
        await Task.WhenAll(risen.Select(report => DeliverAsync(report, cancellation))).ConfigureAwait(false);
        foreach (var report in risen)
        {
            Confirm(report);
            Publish(report);
        }
    }

    /// <inheritdoc/>
    public ValueTask<SessionReport?> FindAsync(string sid, CancellationToken cancellation)
    {
        var shard = ShardOf(sid);
        lock (shard.Lock)
            return ValueTask.FromResult(shard.States.TryGetValue(sid, out var state) ? SessionReport.Of(state) : null);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SessionReport>> TopAsync(string? query, int limit, CancellationToken cancellation)
    {
        var top = new PriorityQueue<SessionReport, (int Score, long LastSeen)>();
        foreach (var shard in _shards)
        {
            lock (shard.Lock)
            {
                foreach (var state in shard.States.Values)
                {
                    if (query is not null && !state.Sid.Contains(query, StringComparison.OrdinalIgnoreCase))
                        continue;
                    var rank = (state.Verdict.Score, state.LastSeen);
                    if (top.Count == limit && top.TryPeek(out _, out var least) && rank.CompareTo(least) <= 0)
                        continue;
                    top.Enqueue(SessionReport.Of(state), rank);
                    if (top.Count > limit)
                        top.Dequeue();
                }
            }
        }
        IReadOnlyList<SessionReport> sorted = [.. top.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];
        return ValueTask.FromResult(sorted);
    }

    /// <inheritdoc/>
    public ValueTask ResetAsync(string sid, long until, CancellationToken cancellation)
    {
        var shard = ShardOf(sid);
        SessionReport? report = null;
        lock (shard.Lock)
        {
            if (shard.States.TryGetValue(sid, out var state))
            {
                state.Reset(until);
                shard.Undelivered.Remove(sid);
                shard.Dirty.Add(sid);
                report = SessionReport.Of(state);
            }
        }
        if (report is not null)
            Publish(report);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SessionReport> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<SessionReport>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_watching)
            _watchers.Add(channel);
        try
        {
            await foreach (var report in channel.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
                yield return report;
        }
        finally
        {
            lock (_watching)
                _watchers.Remove(channel);
        }
    }

    /// <summary>Takes sessions that were stored before.</summary>
    internal void Restore(IEnumerable<SessionState> states)
    {
        foreach (var state in states)
        {
            var shard = ShardOf(state.Sid);
            lock (shard.Lock)
                shard.States[state.Sid] = state;
        }
    }

    /// <summary>Drops sessions whose newest line is older than <see cref="IdleAfter"/>.</summary>
    /// <param name="now">Epoch milliseconds: the clock's, or in a replay the newest line's.</param>
    public void DropIdle(long now)
    {
        var before = now - (long)IdleAfter.TotalMilliseconds;
        foreach (var shard in _shards)
        {
            lock (shard.Lock)
            {
                foreach (var (sid, state) in shard.States)
                {
                    if (state.LastSeen < before)
                        shard.Drop(sid);
                }
            }
        }
    }

    /// <summary>Takes what has changed since the last time: states in their stored form, null for a dropped session.</summary>
    internal List<KeyValuePair<string, byte[]?>> TakeDirty()
    {
        var changed = new List<KeyValuePair<string, byte[]?>>();
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        foreach (var shard in _shards)
        {
            lock (shard.Lock)
            {
                foreach (var sid in shard.Dirty)
                {
                    buffer.SetLength(0);
                    if (shard.States.TryGetValue(sid, out var state))
                        state.Write(writer);
                    writer.Flush();
                    changed.Add(new(sid, buffer.Length == 0 ? null : buffer.ToArray()));
                }
                shard.Dirty.Clear();
            }
        }
        return changed;
    }

    /// <summary>Marks sessions as changed again: what was taken could not be stored.</summary>
    internal void ReturnDirty(IEnumerable<string> sids)
    {
        foreach (var sid in sids)
        {
            var shard = ShardOf(sid);
            lock (shard.Lock)
                shard.Dirty.Add(sid);
        }
    }

    private void Confirm(SessionReport report)
    {
        var shard = ShardOf(report.Sid);
        lock (shard.Lock)
        {
            if (shard.Undelivered.TryGetValue(report.Sid, out var score) && score <= report.Verdict.Score)
                shard.Undelivered.Remove(report.Sid);
        }
    }

    private async Task DeliverAsync(SessionReport report, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await _sink.DeliverAsync(report, cancellation).ConfigureAwait(false);
                return;
            }
            catch (StoreUnavailableException)
            {
                // The batch is not done before its revocations are durable; the readers wait with us.
                await Task.Delay(RetryAfter, _time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private void Publish(SessionReport report)
    {
        lock (_watching)
        {
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(report);
        }
    }

    private SessionShard ShardOf(string sid) => _shards[(uint)string.GetHashCode(sid, StringComparison.Ordinal) % ShardCount];
}
