using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Portcullis.Chaos;

/// <summary>
/// kill -9 under a load of decisions: every one that was acknowledged is in the ledger, once; and soon after each start the edge blocks what the
/// ledger says, and nothing else.
/// </summary>
public sealed class DecisionKillTests
{
    private const int Operators = 4, SessionsOfOne = 12;

    private static readonly TimeSpan Converging = TimeSpan.FromSeconds(10);

    /// <summary>Kills in a run: ten, or a hundred with <c>./test.sh --long</c>.</summary>
    private static int Kills => ChaosRun.IsLong ? 100 : 10;

    private readonly Random _random = ChaosRun.Random();
    private readonly ConcurrentQueue<string> _acknowledged = [];

    [Fact]
    public async Task Kill_UnderALoadOfDecisions_LosesNoneDoublesNoneAndTheEdgeFollows()
    {
        using var service = new ServiceProcess();
        await service.StartAsync();
        var operators = new List<Session[]>();
        for (var i = 0; i < Operators; i++)
        {
            operators.Add(new Session[SessionsOfOne]);
            for (var j = 0; j < SessionsOfOne; j++)
            {
                var token = await service.PostAsync("/v1/tokens", new { asset = "sample-vod" });
                operators[i][j] = new Session(token.GetProperty("sid").GetString()!, token.GetProperty("playbackUrl").GetString()!);
            }
        }
        using var playing = new CancellationTokenSource();
        using var viewer = new Playback((await service.PostAsync("/v1/tokens", new { asset = "sample-live" })).GetProperty("playbackUrl").GetString()!, "198.51.100.7");
        var watching = viewer.RunAsync(playing.Token);
        for (var kill = 0; kill < Kills; kill++)
        {
            await service.KillDuringAsync(_random, cancellation => operators.Select((sessions, number) => WorkAsync(service, sessions, new Random(_random.Next() + number), cancellation)));

            var ledger = await LedgerAsync(service);
            var ids = ledger.Select(decision => decision.Id).ToHashSet(StringComparer.Ordinal);
            Assert.Equal(ledger.Count, ids.Count);
            Assert.All(_acknowledged, id => Assert.Contains(id, ids));
            var blocked = Standing(ledger);
            foreach (var session in operators.SelectMany(sessions => sessions))
            {
                // Of a request without an answer only the ledger knows what became of it.
                Assert.True(session.Expected is not { } expected || expected == blocked.ContainsKey(session.Sid), $"{session.Sid} after kill {kill}");
                session.Revocation = blocked.GetValueOrDefault(session.Sid);
                session.Expected = session.Revocation is not null;
                await FollowsAsync(service, session);
            }
        }
        await playing.CancelAsync();
        await watching;

        Assert.False(viewer.Blocked);
        Assert.True(_acknowledged.Count > Kills * Operators, $"Only {_acknowledged.Count} decisions were acknowledged: that is no load.");
    }

    /// <summary>One operator who blocks and lifts the sessions that only he decides about, as fast as he is answered.</summary>
    private async Task WorkAsync(ServiceProcess service, Session[] sessions, Random random, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var session = sessions[random.Next(sessions.Length)];
            var (path, body) = session.Revocation is { } revocation
                ? ($"/v1/revocations/{revocation}/lift", (object)new { reason = "chaos" })
                : ("/v1/revocations", new { sid = session.Sid, reason = "chaos" });
            var wished = session.Revocation is null;
            session.Expected = null;
            try
            {
                var id = (await service.PostAsync(path, body)).GetProperty("id").GetString()!;
                _acknowledged.Enqueue(id);
                (session.Revocation, session.Expected) = (wished ? id : null, wished);
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    private static async Task FollowsAsync(ServiceProcess service, Session session)
    {
        var wanted = session.Expected == true ? 403 : 200;
        var status = 0;
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Converging; await Task.Delay(50))
        {
            if ((status = await service.PlayAsync(session.PlaybackUrl)) == wanted)
                return;
        }
        Assert.Fail($"The edge answers {status} for {session.Sid} and should answer {wanted}.");
    }

    /// <summary>All decisions, the oldest first.</summary>
    private static async Task<List<Entry>> LedgerAsync(ServiceProcess service)
    {
        var entries = new List<Entry>();
        for (long? before = null; ;)
        {
            var page = await service.GetAsync($"/v1/revocations?state=all&limit=1000{(before is null ? "" : $"&before={before}")}");
            entries.AddRange(page.GetProperty("revocations").EnumerateArray().Select(decision => new Entry(
                decision.GetProperty("id").GetString()!, decision.GetProperty("sequence").GetInt64(), decision.GetProperty("kind").GetString()!, decision.GetProperty("subject").GetProperty("value").GetString()!)));
            if (!page.TryGetProperty("before", out var next) || next.ValueKind != JsonValueKind.Number)
                break;
            before = next.GetInt64();
        }
        entries.Reverse();
        Assert.Equal(entries.OrderBy(entry => entry.Sequence), entries);
        return entries;
    }

    /// <summary>What stands after all decisions: sid to the revocation that blocks it.</summary>
    private static Dictionary<string, string> Standing(List<Entry> ledger)
    {
        var standing = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in ledger)
        {
            if (entry.Kind == "revoke")
                standing[entry.Sid] = entry.Id;
            else
                standing.Remove(entry.Sid);
        }
        return standing;
    }

    private sealed record Entry(string Id, long Sequence, string Kind, string Sid);

    /// <summary>A session that one operator decides about.</summary>
    private sealed class Session(string sid, string playbackUrl)
    {
        public string Sid { get; } = sid;

        public string PlaybackUrl { get; } = playbackUrl;

        /// <summary>The revocation that blocks it, as far as he was told.</summary>
        public string? Revocation { get; set; }

        /// <summary>Whether it is blocked; null while a request has no answer.</summary>
        public bool? Expected { get; set; }
    }
}
