namespace Portcullis.Revocations;

public sealed class BreakerTests
{
    private static readonly BreakerOptions Options = new() { PerMinute = 50, ConcentratedFrom = 20 };

    private readonly Breaker _breaker = new(Options);
    private long _now = 1_000_000;
    private int _number;

    private HoldCause? Ask(string? asset = "match", string? agent = null, uint? asn = null, LiveAudience audience = default)
    {
        var decision = Decisions.Revoke($"d{_number}", Subject.Session($"s{_number++}"), DecisionSource.Auto) with { AssetId = asset, UserAgent = agent, Asn = asn };
        var cause = _breaker.Judge(decision, audience, _now);
        _breaker.Count(decision, _now);
        return cause;
    }

    private List<HoldCause?> AskMany(int count, Func<int, HoldCause?> ask) => [.. Enumerable.Range(0, count).Select(ask)];

    [Fact]
    public void Judge_SixtyInAMinute_HoldsTheLastTen()
    {
        var causes = AskMany(60, i => { _now += 900; return Ask(); });

        Assert.All(causes.Take(50), cause => Assert.Null(cause));
        Assert.All(causes.Skip(50), cause => Assert.Equal(HoldCause.Rate, cause));
    }

    [Fact]
    public void Judge_OtherAsset_HasALimitOfItsOwn()
    {
        AskMany(60, _ => Ask());

        Assert.Null(Ask("other"));
        Assert.Null(Ask(null));
        Assert.Equal(HoldCause.Rate, Ask());
    }

    [Theory]
    [InlineData(5_000, 50)]
    [InlineData(5_199, 51)]
    [InlineData(20_000, 200)]
    public void Judge_ManyLive_OnePerCentOfThemPass(int live, int passes) =>
        Assert.Equal(passes, AskMany(300, _ => Ask(audience: new LiveAudience(live, 0, 0))).Count(cause => cause is null));

    [Fact]
    public void Judge_RateStaysHigh_StaysTrippedUntilItFalls()
    {
        AskMany(50, _ => Ask());
        // One a second: 60 a minute, beyond the limit all the time.
        var during = AskMany(300, _ => { _now += 1_000; return Ask(); });
        _now += 11_000;
        var afterwards = Ask();

        Assert.All(during.Skip(60), cause => Assert.Equal(HoldCause.Rate, cause));
        Assert.Null(afterwards);
    }

    [Fact]
    public void Judge_AMinuteLater_PassesAgain()
    {
        AskMany(60, _ => Ask());
        _now += Breaker.Window - 1;
        var before = Ask();
        _now += Breaker.Window;

        Assert.Equal(HoldCause.Rate, before);
        Assert.Null(Ask());
    }

    [Fact]
    public void Judge_OneAppVersion_IsHeldFromTheTwentiethOnAndOthersPass()
    {
        var causes = AskMany(25, _ => Ask(agent: "app/7.1"));

        Assert.All(causes.Take(19), cause => Assert.Null(cause));
        Assert.All(causes.Skip(19), cause => Assert.Equal(HoldCause.UserAgent, cause));
        Assert.Null(Ask(agent: "app/7.0"));
    }

    [Fact]
    public void Judge_OneNetwork_IsHeld() => Assert.Equal(HoldCause.Network, AskMany(20, i => Ask(agent: $"agent {i}", asn: 64500))[^1]);

    [Fact]
    public void Judge_HalfOfThemShareIt_Passes() => Assert.DoesNotContain(HoldCause.UserAgent, AskMany(40, i => Ask(agent: i % 2 == 0 ? $"agent {i}" : "app/7.1")));

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(0.3, true)]
    [InlineData(0.5, true)]
    [InlineData(0.51, false)]
    [InlineData(1.0, false)]
    public void Judge_AppVersionThatTheAudienceHasToo_Passes(double share, bool held) =>
        Assert.Equal(held ? HoldCause.UserAgent : null, AskMany(20, _ => Ask(agent: "app/7.1", audience: new LiveAudience(100, share, 0)))[^1]);

    [Fact]
    public void Judge_UnknownAgentAndNetwork_AreNoConcentration() => Assert.All(AskMany(50, _ => Ask()), cause => Assert.Null(cause));

    [Fact]
    public void Retract_WhatDidNotReachTheLog_CountsNoMore()
    {
        AskMany(50, _ => Ask(agent: _number % 2 == 0 ? null : "app/7.1", asn: 64500));
        for (var i = 0; i < 50; i += 2)
            _breaker.Retract(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"), DecisionSource.Auto) with { AssetId = "match" });
        _breaker.Retract(Decisions.Revoke("unknown", Subject.Session("s"), DecisionSource.Auto) with { AssetId = "match" });

        Assert.Equal(25, AskMany(60, i => Ask(agent: $"agent {i}")).Count(cause => cause is null));
    }

    [Fact]
    public void Judge_MoreAssetsThanItKeeps_ForgetsQuietOnesOnly()
    {
        AskMany(50, _ => Ask());
        AskMany(1_000, i => Ask($"asset {i}"));

        Assert.Equal(HoldCause.Rate, Ask());
    }

    [Theory]
    [InlineData(0, 1, 20, 50, "PerMinute")]
    [InlineData(50, 100.1, 20, 50, "LivePercent")]
    [InlineData(50, double.NaN, 20, 50, "LivePercent")]
    [InlineData(50, 1, 1, 50, "ConcentratedFrom")]
    [InlineData(50, 1, 20, 9, "ConcentratedPercent")]
    public void Check_OutOfRange_NamesTheOption(int perMinute, double live, int from, double percent, string name) =>
        Assert.Equal(name, Assert.Single(new BreakerOptions { PerMinute = perMinute, LivePercent = live, ConcentratedFrom = from, ConcentratedPercent = percent }.Check()).Field);
}
