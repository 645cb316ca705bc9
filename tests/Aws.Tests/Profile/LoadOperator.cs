using System.Collections.Concurrent;
using System.Text.Json;
using Portcullis.Chaos;

namespace Portcullis.Aws.Tests.Profile;

/// <summary>An operator who revokes and lifts the sessions that only he decides about, and knows what must stand by what he was told.</summary>
internal sealed class LoadOperator(ServiceProcess service, IEnumerable<string> sids)
{
    private readonly Dictionary<string, Standing> _sessions = sids.ToDictionary(sid => sid, _ => new Standing(false, null), StringComparer.Ordinal);

    /// <summary>Ids of the decisions that were acknowledged.</summary>
    public ConcurrentQueue<string> Acknowledged { get; } = [];

    /// <summary>Decides until it is cancelled or not answered any more.</summary>
    public async Task WorkAsync(Random random, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var sid = _sessions.Keys.ElementAt(random.Next(_sessions.Count));
            var revocation = _sessions[sid].Revocation;
            _sessions[sid] = new Standing(null, null);
            try
            {
                var answer = await (revocation is null
                    ? service.PostAsync("/v1/revocations", new { sid, reason = "chaos" })
                    : service.PostAsync($"/v1/revocations/{revocation}/lift", new { reason = "chaos" }));
                var id = answer.GetProperty("id").GetString()!;
                Acknowledged.Enqueue(id);
                _sessions[sid] = revocation is null ? new Standing(true, id) : new Standing(false, null);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    /// <summary>Holds a ledger against what was acknowledged, and goes on from it.</summary>
    /// <param name="decisions">All decisions, the newest first.</param>
    /// <returns>The sessions with whether they are blocked by it.</returns>
    public IReadOnlyDictionary<string, bool> Check(IReadOnlyList<JsonElement> decisions)
    {
        var blocked = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var sid in _sessions.Keys.ToList())
        {
            var last = decisions.FirstOrDefault(decision => decision.GetProperty("subject").GetProperty("value").GetString() == sid);
            blocked[sid] = last.ValueKind == JsonValueKind.Object && last.GetProperty("kind").GetString() == "revoke";
            // Of a request without an answer only the ledger knows what became of it.
            Assert.True(_sessions[sid].IsBlocked is not { } told || told == blocked[sid], $"{sid} is blocked: {blocked[sid]}, against what was acknowledged");
            _sessions[sid] = new Standing(blocked[sid], blocked[sid] ? last.GetProperty("id").GetString() : null);
        }
        var ids = decisions.Select(decision => decision.GetProperty("id").GetString()!).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(decisions.Count, ids.Count);
        Assert.All(Acknowledged, id => Assert.Contains(id, ids));
        return blocked;
    }

    /// <param name="IsBlocked">Whether it is; null while a request has no answer.</param>
    /// <param name="Revocation">The decision that blocks it.</param>
    private sealed record Standing(bool? IsBlocked, string? Revocation);
}
