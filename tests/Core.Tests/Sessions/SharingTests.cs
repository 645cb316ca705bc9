using Portcullis.Sessions;
using static Portcullis.Core.Tests.Sessions.Lines;

namespace Portcullis.Core.Tests.Sessions;

/// <summary>What the detectors make of sharing.</summary>
public sealed class SharingTests
{
    [Fact]
    public void Observe_TwoViewersPlayTheSame_Revokes()
    {
        var verdict = Observe([.. Live(A, 0, 60), .. Live(B, 20, 60, 0.7)]);

        Assert.Equal(VerdictAction.Revoke, verdict.Action);
        Assert.Equal("doubled-positions", verdict.Evidence[0].Detector);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(1.5)]
    public void Observe_TwoViewers_RevokesWithinFifteenSecondsOfTheSecond(double phase)
    {
        var verdict = Observe([.. Live(A, 0, 60), .. Live(B, 20, 60, phase)]);

        Assert.InRange(verdict.DecidedAt, Start + 26_000, Start + 35_000);
    }

    [Fact]
    public void Observe_ThreeViewersStartTogether_RevokesAtOnce() =>
        Assert.Equal(VerdictAction.Revoke, Observe([.. Live(A, 20, 20.5), .. Live(B, 20.1, 20.5), .. Live(C, 20.2, 20.6)]).Action);

    [Fact]
    public void Observe_TwoViewersAtDifferentPositions_Revokes()
    {
        var verdict = Observe([.. OnDemand(A, 500, 0, 120), .. OnDemand(B, 20, 40, 120)]);

        Assert.Equal((VerdictAction.Revoke, "diverging-playheads"), (verdict.Action, verdict.Evidence[0].Detector));
    }

    [Fact]
    public void Observe_TwoHomesOfOneProviderWithOneDeviceType_Revokes()
    {
        var twin = A with { Address = "198.51.7.99" };

        Assert.Equal(VerdictAction.Revoke, Observe([.. Live(A, 0, 60), .. Live(twin, 20, 60, 0.9)]).Action);
    }

    [Fact]
    public void Observe_TwoFamiliesOfOneProviderNoDeviceInCommon_RevokesAfterMinutes()
    {
        var other = new TestViewer("2001:db8:7::1", "TV/9", A.Asn);
        var verdict = Observe([.. Live(A, 0, 400), .. Live(other, 20, 400, 0.9)]);

        Assert.Equal((VerdictAction.Revoke, "independent-players"), (verdict.Action, verdict.Evidence[0].Detector));
    }

    [Theory]
    [InlineData("one", 3, VerdictAction.Revoke)]
    [InlineData(null, 5, VerdictAction.Revoke)]
    [InlineData(null, 4, VerdictAction.Observe)]
    public void Observe_PlayersBehindOneProxyWithClonedIdentity_AreRevokedWhenNoHomeHasSoMany(string? player, int players, VerdictAction expected)
    {
        var clone = A with { Player = player };
        var lines = Enumerable.Range(0, players).SelectMany(i => Live(clone, 3 * i, 300, 0.41 * i));

        Assert.Equal(expected, Observe(lines).Action);
    }

    [Fact]
    public void Observe_ClonesAtDifferentPositions_Revokes()
    {
        var clone = A with { Player = "one" };
        var lines = Enumerable.Range(0, 3).SelectMany(i => OnDemand(clone, 300 * i, 7 * i, 400));

        Assert.Equal(VerdictAction.Revoke, Observe(lines).Action);
    }

    [Fact]
    public void Observe_ViewersWhoseAddressesAndAgentsRotate_Revokes()
    {
        var many = Enumerable.Range(0, 12).Select(i => new TestViewer($"203.{i}.113.{i}", $"Player/{i % 5}", (uint)(3200 + i))).ToArray();
        var first = Live(A, 0, 400).Select((line, i) => At(many[i / 3 % 12], line.Media.Position, (line.Time - Start) / 1000.0));
        var second = Live(A, 30, 400, 0.8).Select((line, i) => At(many[((i / 3) + 5) % 12], line.Media.Position, (line.Time - Start) / 1000.0));

        Assert.Equal(VerdictAction.Revoke, Observe([.. first, .. second]).Action);
    }

    [Fact]
    public void Observe_MoreViewersThanAllowed_RevokesOnlyThen()
    {
        SliceLine[] lines = [.. Live(A, 0, 180), .. Live(B, 20, 180, 0.7)];

        Assert.NotEqual(VerdictAction.Revoke, Observe(lines, allowedViewers: 2).Action);
        Assert.Equal(VerdictAction.Revoke, Observe([.. lines, .. Live(C, 30, 180, 1.1)], allowedViewers: 2).Action);
    }

    [Fact]
    public void Observe_FastRipper_Revokes()
    {
        var lines = Enumerable.Range(0, 600).Select(i => At(A, i, i * 0.2));

        var verdict = Observe(lines);

        Assert.Equal((VerdictAction.Revoke, "pace"), (verdict.Action, verdict.Evidence[0].Detector));
    }

    /// <summary>Downloaders ask for many segments at once and get them in any order; some take the whole title in any order.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(2_000)]
    public void Observe_RipperOverManyConnections_Revokes(int connections)
    {
        var random = new Random(7);
        var order = Enumerable.Range(0, 2_000).OrderBy(i => i + (random.NextDouble() * connections)).ToArray();

        var verdict = Observe(order.Select((position, i) => At(A, position, i * 0.2)));

        Assert.Equal((VerdictAction.Revoke, "pace"), (verdict.Action, verdict.Evidence[0].Detector));
    }

    [Theory]
    [InlineData("Lavf/60.3.100", 8, VerdictAction.Revoke)]
    [InlineData("Lavf/60.3.100", 2, VerdictAction.Observe)]
    [InlineData("Mozilla/5.0", 34, VerdictAction.Revoke)]
    [InlineData("Mozilla/5.0", 8, VerdictAction.Observe)]
    public void Observe_FetcherOnHostingNetwork_IsRevokedWhenItLasts(string agent, int minutes, VerdictAction expected)
    {
        var server = new TestViewer("203.0.113.99", agent, 24940);

        Assert.Equal(expected, Observe(Live(server, 0, 60 * minutes), context: Context(null, agent)).Action);
    }

    [Fact]
    public void Observe_DetectorDisarmed_FlagsAtMost()
    {
        var policy = new DetectionPolicy { DoubledPositions = new() { Armed = false }, IndependentPlayers = new() { Armed = false } };

        Assert.Equal(VerdictAction.Flag, Observe([.. Live(A, 0, 200), .. Live(B, 20, 200, 0.7)], context: Context(policy)).Action);
    }

    [Fact]
    public void Observe_SampledLog_DetectorsThatNeedEveryLineDoNotRevoke()
    {
        var context = Context(new DetectionPolicy { Sampling = 50 });

        Assert.Equal(VerdictAction.Flag, Observe(Enumerable.Range(0, 600).Select(i => At(A, i, i * 0.2)), context: context).Action);
        Assert.Equal(VerdictAction.Revoke, Observe([.. Live(A, 0, 60), .. Live(B, 20, 60, 0.7)], context: context).Action);
    }

    [Fact]
    public void Observe_Evidence_NamesNoAddress()
    {
        foreach (var finding in Observe([.. Live(A, 0, 200), .. Live(B, 20, 200, 0.7)]).Evidence)
        {
            Assert.DoesNotContain(A.Address, finding.Sentence, StringComparison.Ordinal);
            Assert.DoesNotContain(B.Address, finding.Sentence, StringComparison.Ordinal);
        }
    }
}
