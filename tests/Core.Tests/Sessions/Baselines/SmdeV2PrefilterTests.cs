using Portcullis.Core.Tests.Logs;
using Portcullis.Sessions.Baselines;
using static Portcullis.Core.Tests.Sessions.Baselines.BaselineRun;

namespace Portcullis.Core.Tests.Sessions.Baselines;

public sealed class SmdeV2PrefilterTests
{
    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, 1)]
    public void Observe_Addresses_AreSuspiciousAboveThree(int addresses, int decided) =>
        Assert.Equal(decided, Judge(new SmdeV2Prefilter(), Of(20, (line, i) => line with { Ip = $"203.0.113.{i % addresses}" })).Count);

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    public void Observe_Agents_AreSuspiciousAboveTwo(int agents, int decided) =>
        Assert.Equal(decided, Judge(new SmdeV2Prefilter(), Of(20, (line, i) => line with { UserAgent = $"agent-{i % agents}" })).Count);

    [Theory]
    [InlineData("DE", 0)]
    [InlineData("-", 0)]
    [InlineData("AT", 1)]
    public void Observe_SecondCountry_IsSuspicious(string country, int decided) =>
        Assert.Equal(decided, Judge(new SmdeV2Prefilter(), Of(20, (line, i) => i == 5 ? line with { Country = country } : line)).Count);

    [Theory]
    [InlineData(6, 0)]
    [InlineData(7, 1)]
    public void Observe_RefusedRequestsWithTheSid_CountAgainstIt(int refused, int decided) =>
        Assert.Equal(decided, Judge(new SmdeV2Prefilter(), Of(20, (line, i) => i < refused ? line with { Status = "401", LogData = "no.signature" } : line)).Count);

    [Theory]
    [InlineData(50, 0)]
    [InlineData(51, 1)]
    public void Observe_Requests_AreSuspiciousAboveFifty(int requests, int decided) =>
        Assert.Equal(decided, Judge(new SmdeV2Prefilter(), Of(requests, (line, _) => line)).Count);

    [Fact]
    public void Observe_NineRequests_AreTooFew() =>
        Assert.Empty(Judge(new SmdeV2Prefilter(), Of(9, (line, i) => line with { Ip = $"203.0.113.{i}" })));

    [Fact]
    public void Observe_FullBatch_IsDecidedAtOnceAndForgotten()
    {
        var suspicious = Of(8, (line, i) => line with { Ip = $"203.0.113.{i}" }).ToList();
        var others = Enumerable.Range(0, 492).Select(i => Line($"others{i:0000000000}", 8 + (i / 100.0)));

        var split = Judge(new SmdeV2Prefilter(), [.. suspicious.Take(6), .. others, .. suspicious.Skip(6), .. suspicious.Take(6)]);
        var whole = Judge(new SmdeV2Prefilter(), [.. suspicious, .. suspicious, .. others.Take(484), Line(Sids[1], 30)]);

        // 8 requests in the first batch and 6 in the second are below ten in each.
        Assert.Empty(split);
        Assert.Equal(Start + 12_830, Assert.Single(whole).DecidedAt);
        Assert.Equal("8 addresses in a batch of 500 records", whole[0].Why);
    }

    [Fact]
    public void Observe_SixtySeconds_EndABatch()
    {
        var slow = Enumerable.Range(0, 20).Select(i => Line(Sids[0], i * 6.5) with { Ip = $"203.0.113.{i}" });
        var faster = Enumerable.Range(0, 20).Select(i => Line(Sids[0], i * 6) with { Ip = $"203.0.113.{i}" });

        var decision = Assert.Single(Judge(new SmdeV2Prefilter(), faster));
        Assert.Equal(Start + 60_000, decision.DecidedAt);
        // 10 requests fall into each 60 s at this rate, too, from 0 to 58.5 s.
        Assert.Equal(Start + 60_000, Assert.Single(Judge(new SmdeV2Prefilter(), slow)).DecidedAt);
        Assert.Empty(Judge(new SmdeV2Prefilter(), slow.Where((_, i) => i % 2 == 0)));
    }

    [Fact]
    public void Observe_SeveralSuspicions_AddUp()
    {
        var decision = Assert.Single(Judge(new SmdeV2Prefilter(), Of(60, (line, i) => line with { Ip = $"203.0.113.{i % 4}", UserAgent = $"agent-{i % 3}", Country = i % 2 == 0 ? "DE" : "AT" })));

        Assert.Equal(4, decision.Score);
        Assert.Equal("4 addresses, 3 user agents, 2 countries, 60 requests in a batch of 60 records", decision.Why);
    }

    private static IEnumerable<LineText> Of(int count, Func<LineText, int, LineText> vary) =>
        Enumerable.Range(0, count).Select(i => vary(Line(Sids[0], i, $"/live/seg-{i}.ts"), i));
}
