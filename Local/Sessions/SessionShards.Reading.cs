using System.Text;
using Portcullis.Engine;
using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <content>What others look at: counts, a session, the sessions with the highest score.</content>
public sealed partial class SessionShards
{
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
                    foreach (var state in shard.States)
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
    public ValueTask<SessionReport?> FindAsync(string sid, CancellationToken cancellation)
    {
        var shard = ShardOf(sid);
        lock (shard.Lock)
            return ValueTask.FromResult(shard.Find(Encoding.ASCII.GetBytes(sid)) is { } state ? SessionReport.Of(state, Agents) : null);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SessionReport>> TopAsync(string? query, int limit, CancellationToken cancellation)
    {
        var top = new PriorityQueue<SessionReport, (int Score, long LastSeen)>(Math.Min(limit, 1000) + 1);
        foreach (var shard in _shards)
        {
            lock (shard.Lock)
            {
                foreach (var state in shard.States)
                {
                    if (query is not null && !state.Sid.Contains(query, StringComparison.OrdinalIgnoreCase))
                        continue;
                    var rank = (state.Verdict.Score, state.LastSeen);
                    if (top.Count == limit && top.TryPeek(out _, out var least) && rank.CompareTo(least) <= 0)
                        continue;
                    top.Enqueue(SessionReport.Of(state, Agents), rank);
                    if (top.Count > limit)
                        top.Dequeue();
                }
            }
        }
        IReadOnlyList<SessionReport> sorted = [.. top.UnorderedItems.OrderByDescending(item => item.Priority).Select(item => item.Element)];
        return ValueTask.FromResult(sorted);
    }

    /// <summary>Counts the sessions seen within the last 60 s, by asset, and what their main viewers have in common.</summary>
    internal AudienceCensus CountAudiences()
    {
        var since = _time.GetUtcNow().ToUnixTimeMilliseconds() - LiveFor;
        var census = new AudienceCensus(Agents);
        foreach (var shard in _shards)
        {
            lock (shard.Lock)
            {
                foreach (var state in shard.States)
                {
                    if (state.LastSeen >= since)
                        census.Add(state);
                }
            }
        }
        return census;
    }
}
