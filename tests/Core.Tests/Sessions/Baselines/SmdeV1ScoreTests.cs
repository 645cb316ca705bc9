using FsCheck.Fluent;
using Portcullis.Core.Tests.Logs;
using Portcullis.Sessions.Baselines;
using static Portcullis.Core.Tests.Sessions.Baselines.BaselineRun;

namespace Portcullis.Core.Tests.Sessions.Baselines;

public sealed class SmdeV1ScoreTests
{
    private static IEnumerable<LineText>[] Honest => [Viewer(Sids[1], 0, 58), Viewer(Sids[2], 1, 58), Viewer(Sids[3], 2, 59)];

    [Fact]
    public void Observe_TwoAddressesAndAgents_IsDecidedAtTheNextMinute()
    {
        var second = Viewer(Sids[0], 1, 58).Select(line => line with { Ip = "203.0.113.9", UserAgent = "VLC" });

        var decision = Assert.Single(Judge(new SmdeV1Score(), InOrder([Viewer(Sids[0], 0, 58), second, .. Honest])));

        // 30 pairs in 57 s; the three others 15 in 56 s each.
        Assert.Equal(Sids[0], decision.Sid);
        Assert.Equal(Start + 60_000, decision.DecidedAt);
        Assert.Equal((30.0 / 57 / (15.0 / 56)) + 2, decision.Score, 9);
        Assert.Contains("1.96 times the median request rate (30 requests in 57 s); addresses: 2, referers: 1, user agents: 2", decision.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Observe_TwoViewersAlikeOnOneAddress_StayBelow() =>
        Assert.Empty(Judge(new SmdeV1Score(), InOrder([Viewer(Sids[0], 0, 58), Viewer(Sids[0], 1, 58), .. Honest])));

    [Theory]
    [InlineData("ip")]
    [InlineData("referer")]
    [InlineData("agent")]
    public void Observe_EachPenalty_AddsOne(string what)
    {
        var second = Viewer(Sids[0], 1, 58).Select((line, i) => line with
        {
            Ip = what == "ip" ? "203.0.113.9" : line.Ip,
            Referer = what == "referer" ? "https://elsewhere.example/" : line.Referer,
            UserAgent = what == "agent" ? "VLC" : line.UserAgent,
            Uri = line.Uri.Replace("seg-", "other-", StringComparison.Ordinal),
        });

        var decision = Assert.Single(Judge(new SmdeV1Score(), InOrder([Viewer(Sids[0], 0, 58), second, .. Honest])));

        Assert.Equal((30.0 / 57 / (15.0 / 56)) + 1, decision.Score, 9);
    }

    [Fact]
    public void Observe_SameRequestAgain_CountsOnce() =>
        Assert.Empty(Judge(new SmdeV1Score(), InOrder([.. Enumerable.Repeat(Viewer(Sids[0], 0, 58), 9), .. Honest])));

    [Fact]
    public void Observe_RowsThatSmdeLeavesOut_DoNotCount()
    {
        var ripper = Viewer(Sids[0], 0, 58, 0.5);
        LineText[] variants(LineText line) =>
        [
            line with { Status = "304" },
            line with { Sent = "1024" },
            line with { Method = "HEAD" },
            line with { Status = "403", LogData = "no.signature" },
        ];

        Assert.Single(Judge(new SmdeV1Score(), InOrder([ripper, .. Honest])));
        Assert.Empty(Judge(new SmdeV1Score(), InOrder([ripper.SelectMany(variants), .. Honest])));
    }

    [Fact]
    public void Observe_TwoSessionsOnly_DecidesNothing() =>
        Assert.Empty(Judge(new SmdeV1Score(), InOrder(Viewer(Sids[0], 0, 58, 0.2), Viewer(Sids[1], 0, 58))));

    [Fact]
    public void Observe_ShortSession_IsNotJudged() =>
        Assert.Empty(Judge(new SmdeV1Score(), InOrder([Viewer(Sids[0], 28, 58, 0.2), .. Honest])));

    [Fact]
    public void Observe_WindowGoneBy_IsForgotten()
    {
        var earlier = Viewer(Sids[0], 0, 20, 0.2).Select(line => line with { Ip = "203.0.113.9" });

        var decisions = Judge(new SmdeV1Score(), InOrder([earlier, Viewer(Sids[0], 660, 1200), Viewer(Sids[1], 660, 1200), Viewer(Sids[2], 660, 1200)]));

        Assert.Empty(decisions);
    }

    [Fact]
    public void Observe_StaysAbove_IsDecidedOnce() =>
        Assert.Single(Judge(new SmdeV1Score(), InOrder(Viewer(Sids[0], 0, 900, 0.5), Viewer(Sids[1], 0, 900), Viewer(Sids[2], 0, 900))));

    [Fact]
    public void Observe_SilenceOfYears_TakesNoTime()
    {
        var lines = InOrder([Viewer(Sids[0], 0, 58, 0.5), .. Honest, [Line(Sids[1], 86_400.0 * 3_650)]]);

        Assert.Equal(Start + 60_000, Assert.Single(Judge(new SmdeV1Score(), lines)).DecidedAt);
    }

    [Fact]
    public void Observe_AnyTraffic_DecidesAsTheFormulaReadsIt()
    {
        var request =
            from sid in Gen.Choose(0, 5)
            from second in Gen.Choose(0, 1_500)
            from late in Gen.Choose(0, 90)
            from segment in Gen.Choose(0, 60)
            from address in Gen.Frequency((8, Gen.Constant(0)), (1, Gen.Choose(1, 3)))
            from agent in Gen.Frequency((8, Gen.Constant(0)), (1, Gen.Choose(1, 2)))
            from referer in Gen.Frequency((8, Gen.Constant(0)), (1, Gen.Choose(1, 2)))
            from sent in Gen.Frequency((9, Gen.Constant(5_000)), (1, Gen.Constant(900)))
            select new Request(Sids[sid], second, late, segment, address, agent, referer, sent);

        var judged = 0;
        Seeded.Holds(request.ListOf(300).Values(), requests =>
        {
            var delivered = requests.OrderBy(r => r.Second + r.Late).ToList();
            var decisions = Judge(new SmdeV1Score(), delivered.Select(r => r.Line));
            var expected = Expected(delivered);
            judged += expected.Count;
            return expected.SequenceEqual(decisions.Select(decision => (decision.Sid, decision.DecidedAt)).Order());
        }, 100);
        Assert.True(judged > 100, $"Only {judged} decisions in all: the traffic says little.");
    }

    [Fact]
    public void Construct_LookBackNoMultiple_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmdeV1Score(new SmdeV1Options { Every = TimeSpan.FromMinutes(3) }));

    /// <summary>The query as written down, over all lines delivered by then, at every full minute.</summary>
    private static List<(string Sid, long At)> Expected(List<Request> delivered)
    {
        var decided = new Dictionary<string, long>(StringComparer.Ordinal);
        var seen = new List<Request>();
        long next = 0;
        foreach (var request in delivered.Append(null))
        {
            var newest = request?.Second ?? next;
            for (; seen.Count > 0 && next <= newest; next += 60)
            {
                var rows = from r in seen where r.Sent > 1024 && r.Second >= next - 600 && r.Second < next group r by r.Sid;
                var sessions = rows.Select(g => (g.Key, Requests: g.Select(r => (r.Address, r.Segment)).Distinct().Count(), Range: g.Max(r => r.Second) - g.Min(r => r.Second),
                    Penalties: More(g.Select(r => r.Address)) + More(g.Select(r => r.Agent)) + More(g.Select(r => r.Referer)))).ToList();
                var rates = sessions.Where(s => s.Range > 0).Select(s => (double)s.Requests / s.Range).Order().ToList();
                if (sessions.Count < 3 || rates.Count == 0)
                    continue;
                var median = (rates[(rates.Count - 1) / 2] + rates[rates.Count / 2]) / 2;
                foreach (var s in sessions.Where(s => s.Range >= 30 && ((double)s.Requests / s.Range / median) + s.Penalties > 2.2))
                    decided.TryAdd(s.Key, Start + (next * 1000L));
            }
            next = Math.Max(next, ((newest / 60) + 1) * 60);
            if (request is not null)
                seen.Add(request);
        }
        return [.. decided.Select(entry => (entry.Key, entry.Value)).Order()];
    }

    private static int More(IEnumerable<int> values) => values.Distinct().Count() > 1 ? 1 : 0;

    private sealed record Request(string Sid, int Second, int Late, int Segment, int Address, int Agent, int Referer, int Sent)
    {
        public LineText Line => BaselineRun.Line(Sid, Second, $"/live/seg-{Segment}.ts") with
        {
            Ip = $"198.51.100.{Address}",
            UserAgent = $"agent-{Agent}",
            Referer = Referer == 0 ? "-" : $"https://{Referer}.example/",
            Sent = Sent.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
    }
}
