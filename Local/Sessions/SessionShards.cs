using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Sessions;
using Portcullis.Tokens;

namespace Portcullis.Local.Sessions;

/// <summary>The embedded session engine: states in shards by sid, each under its own lock; verdicts go to the ledger.</summary>
public sealed partial class SessionShards : ISessionEngine
{
    /// <summary>How long after its newest line a session stays in memory.</summary>
    public static readonly TimeSpan IdleAfter = TimeSpan.FromMinutes(15);

    /// <summary>How long after its newest line a session of a line or two stays in memory.</summary>
    public static readonly TimeSpan ShortIdleAfter = TimeSpan.FromMinutes(2);

    /// <summary>Most sessions that are kept in memory, unless configured.</summary>
    public const int DefaultCapacity = 8_000_000;

    private const int ShardCount = 16, ShortLines = 3;
    private const long LiveFor = 60_000;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(250);

    private readonly SessionShard[] _shards;
    private readonly IVerdictSink _sink;
    private readonly ISightings? _sightings;
    private readonly Func<AssetCatalogue> _assets;
    private readonly TimeProvider _time;
    private readonly DetectionPolicy _policy;
    private readonly int _allowedViewers;
    private readonly Lock _watching = new();
    private readonly List<Channel<SessionReport>> _watchers = [];
    private volatile AssetPolicies _policies;

    /// <summary>Puts an engine without sessions together.</summary>
    /// <param name="sink">Where verdicts go.</param>
    /// <param name="assets">The assets of now.</param>
    /// <param name="policy">Thresholds and weights, for assets that have none of their own.</param>
    /// <param name="time">The clock, for retries and for what counts as live.</param>
    /// <param name="allowedViewers">Viewers that may play a session of an unknown asset at the same time.</param>
    /// <param name="capacity">Most sessions in memory; when they are more, short ones make room.</param>
    public SessionShards(IVerdictSink sink, Func<AssetCatalogue> assets, DetectionPolicy policy, TimeProvider time, int allowedViewers = 1, int capacity = DefaultCapacity)
        : this(sink, assets, policy, time, null, allowedViewers, capacity)
    {
    }

    /// <summary>Puts an engine without sessions together that tells which sessions of accounts it has seen.</summary>
    /// <param name="sink">Where verdicts go.</param>
    /// <param name="assets">The assets of now.</param>
    /// <param name="policy">Thresholds and weights, for assets that have none of their own.</param>
    /// <param name="time">The clock, for retries and for what counts as live.</param>
    /// <param name="sightings">Told which sessions of accounts were seen, or null.</param>
    /// <param name="allowedViewers">Viewers that may play a session of an unknown asset at the same time.</param>
    /// <param name="capacity">Most sessions in memory; when they are more, short ones make room.</param>
    public SessionShards(IVerdictSink sink, Func<AssetCatalogue> assets, DetectionPolicy policy, TimeProvider time, ISightings? sightings, int allowedViewers = 1, int capacity = DefaultCapacity)
    {
        _sightings = sightings;
        _policy = policy;
        _allowedViewers = allowedViewers;
        _policies = new AssetPolicies(assets(), policy, allowedViewers);
        _sink = sink;
        _assets = assets;
        _time = time;
        _shards = [.. Enumerable.Range(0, ShardCount).Select(_ => new SessionShard(Math.Max(1, capacity / ShardCount), policy, Agents))];
    }

    /// <summary>Texts of the user agents that sessions name by key.</summary>
    public AgentTexts Agents { get; } = new();

    /// <summary>Sessions that were pushed out of memory because there was no room.</summary>
    public long PushedOut => _shards.Sum(shard => shard.PushedOut);

    /// <inheritdoc/>
    public async ValueTask ObserveAsync(SessionBatch batch, CancellationToken cancellation)
    {
        var risen = new List<SessionReport>();
        Observe(batch, 0, 1, risen);
        await DeliverAsync(risen, cancellation).ConfigureAwait(false);
    }

    /// <summary>Observes some of a batch's sessions, so that several threads can share the work.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="part">Which part, from 0.</param>
    /// <param name="parts">How many parts there are.</param>
    /// <param name="risen">Takes the sessions whose verdict is to be delivered: it has risen, or was not enforced before.</param>
    public void Observe(SessionBatch batch, int part, int parts, List<SessionReport> risen)
    {
        foreach (var agent in batch.Agents)
            Agents.Add(agent);
        var policies = Policies();
        for (var i = 0; i < batch.Count; i++)
        {
            var slice = batch[i];
            var number = (int)(slice.Hash % ShardCount);
            if (parts > 1 && number % parts != part)
                continue;
            var shard = _shards[number];
            lock (shard.Lock)
                Observe(slice, shard, policies, risen);
        }
    }

    /// <summary>Delivers verdicts. Done when what they ask for is durable.</summary>
    public async ValueTask DeliverAsync(IReadOnlyCollection<SessionReport> risen, CancellationToken cancellation)
    {
        if (risen.Count == 0)
            return;
        var settled = await Task.WhenAll(risen.Select(report => DeliverAsync(report, cancellation))).ConfigureAwait(false);
        foreach (var (report, isSettled) in risen.Zip(settled))
        {
            if (Confirm(report, isSettled))
                Publish(report);
        }
    }

    /// <summary>Judges what quiet sessions have left to judge: no line of theirs comes to bring it about.</summary>
    /// <param name="now">Epoch milliseconds on the lines' clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask SettleAsync(long now, CancellationToken cancellation)
    {
        var risen = new List<SessionReport>();
        var policies = Policies();
        foreach (var shard in _shards)
        {
            lock (shard.Lock)
            {
                foreach (var state in shard.States)
                {
                    if (state.LastSeen + QuietAfter > now || !state.IsUnsettled)
                        continue;
                    var before = state.Verdict;
                    state.IsDirty = true;
                    Note(state, before, state.Settle(now, policies.AllowedViewersOf(state.AssetId), shard.ContextOf(policies.PolicyOf(state.AssetId))), shard, policies, risen);
                }
            }
        }
        await DeliverAsync(risen, cancellation).ConfigureAwait(false);
    }

    /// <summary>How long after its newest line a session is quiet, in milliseconds.</summary>
    private const long QuietAfter = 5_000;

    /// <summary>The policies of now. Two threads may draw them at once; both are right.</summary>
    private AssetPolicies Policies()
    {
        var assets = _assets();
        var policies = _policies;
        return ReferenceEquals(policies.Assets, assets) ? policies : _policies = new AssetPolicies(assets, _policy, _allowedViewers);
    }

    private void Observe(SessionSlice slice, SessionShard shard, AssetPolicies policies, List<SessionReport> risen)
    {
        var state = shard.Open(slice.Sid);
        if (_sink.AnyLifts && _sink.LiftedAt(state.Sid) is { } lifted && lifted > state.ResetAt)
        {
            state.Reset(lifted);
            shard.Forget(state.Sid);
        }
        var before = state.Verdict;
        var asset = state.AssetId ?? slice.AssetId;
        Note(state, before, state.Observe(slice, policies.AllowedViewersOf(asset), shard.ContextOf(policies.PolicyOf(asset))), shard, policies, risen);
        if (_sightings is not null && IsTagged(slice.Sid))
            _sightings.Seen(slice.Sid, state.LastSeen);
    }

    /// <summary>Whether a sid may start with an account tag: one look, since most need no more.</summary>
    private static bool IsTagged(ReadOnlySpan<byte> sid) => sid.Length > SessionId.AccountTagLength + 1 && sid[SessionId.AccountTagLength] == '_';

    private void Note(SessionState state, SessionVerdict before, SessionVerdict verdict, SessionShard shard, AssetPolicies policies, List<SessionReport> risen)
    {
        if (verdict.Score > before.Score || verdict.Action > before.Action)
            shard.Undelivered[state.Sid] = verdict.Score;
        else if (verdict.Score == 0 || !(IsUndelivered(state, shard) || IsUnenforced(state, shard)))
            return;
        risen.Add(SessionReport.Of(state, Agents) with { PolicyVersion = policies.VersionOf(state.AssetId) });
    }

    private static bool IsUndelivered(SessionState state, SessionShard shard) => shard.Undelivered.Count > 0 && shard.Undelivered.ContainsKey(state.Sid);

    private static bool IsUnenforced(SessionState state, SessionShard shard) =>
        state.Verdict.Action == VerdictAction.Revoke && shard.Unenforced.Count > 0 && shard.Unenforced.Contains(state.Sid);

    /// <inheritdoc/>
    public ValueTask ResetAsync(string sid, long until, CancellationToken cancellation)
    {
        var shard = ShardOf(sid);
        SessionReport? report = null;
        lock (shard.Lock)
        {
            if (shard.Find(Encoding.ASCII.GetBytes(sid)) is { } state)
            {
                state.Reset(until);
                shard.Forget(sid);
                state.IsDirty = true;
                report = SessionReport.Of(state, Agents);
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

    private bool Confirm(SessionReport report, bool settled)
    {
        var shard = ShardOf(report.Sid);
        lock (shard.Lock)
            return shard.Confirm(report.Sid, report.Verdict.Score, settled);
    }

    private async Task<bool> DeliverAsync(SessionReport report, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await _sink.DeliverAsync(report, cancellation).ConfigureAwait(false);
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

    private SessionShard ShardOf(string sid) => _shards[(int)(SidHash.Of(Encoding.ASCII.GetBytes(sid)) % ShardCount)];
}
