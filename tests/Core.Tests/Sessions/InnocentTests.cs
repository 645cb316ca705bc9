using Portcullis.Media;
using Portcullis.Sessions;
using static Portcullis.Core.Tests.Sessions.Lines;

namespace Portcullis.Core.Tests.Sessions;

/// <summary>What only looks like sharing, row by row of what tells the two apart.</summary>
public sealed class InnocentTests
{
    private static readonly TestViewer V6 = A with { Address = "2001:db8:1::7" };

    [Fact]
    public void Observe_OneViewer_IsClear() => Assert.Equal(SessionVerdict.Clear, Observe(Live(A, 0, 600)));

    [Fact]
    public void Observe_ChangeOfNetwork_IsNeverFlagged()
    {
        // The segment under way is fetched again, and the old network's last one comes in late.
        var verdict = Observe([.. Live(A, 0, 40), At(B, 1020, 40.4), At(A, 1021, 41.9), .. Enumerable.Range(1021, 60).Select(position => At(B, position, ((position - 1000) * 2) + 0.9))]);

        Assert.Equal(VerdictAction.Observe, verdict.Action);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    public void Observe_NetworkChangesToAndFroWithASegmentTwice_IsNeverFlagged(int every)
    {
        var lines = Enumerable.Range(0, 300).SelectMany(position => position % every == 0
            ? [At(position / every % 2 == 0 ? A : B, position, position * 2), At(position / every % 2 == 0 ? B : A, position, (position * 2) + 0.7)]
            : new[] { At(position / every % 2 == 0 ? B : A, position, position * 2) });

        Assert.Equal(VerdictAction.Observe, Observe(lines).Action);
    }

    [Fact]
    public void Observe_SeveralNetworksOnePlayhead_IsNeverFlagged()
    {
        // Dual stack, relays, bonded links: every position once, from changing addresses.
        var viewers = new[] { A, B, C, D };
        var verdict = Observe(Enumerable.Range(0, 300).Select(position => At(viewers[position * 7 % 4], position, position * 2)));

        Assert.Equal(VerdictAction.Observe, verdict.Action);
    }

    [Fact]
    public void Observe_RelayedViewerSeeksBackAgainAndAgain_IsNeverFlagged()
    {
        // A goal is watched four times, 20 s each time, over changing addresses.
        var viewers = new[] { A, B, C };
        var positions = Enumerable.Range(0, 60).Concat(Enumerable.Range(50, 10)).Concat(Enumerable.Range(50, 10)).Concat(Enumerable.Range(50, 10)).Concat(Enumerable.Range(50, 80));

        Assert.Equal(VerdictAction.Observe, Observe(positions.Select((position, i) => At(viewers[i * 5 % 3], position, i * 2))).Action);
    }

    [Fact]
    public void Observe_BondedLinksAnswerOutOfOrder_IsNeverFlagged()
    {
        // Two segments are asked for at once, one on each link; the second is there first.
        var lines = Enumerable.Range(0, 150).SelectMany(pair => new[] { At(A, pair * 2, (pair * 4) + 0.9), At(B, (pair * 2) + 1, (pair * 4) + 0.2) });

        Assert.Equal(VerdictAction.Observe, Observe(lines).Action);
    }

    [Fact]
    public void Observe_DualStackWithTwoTabs_IsNotRevoked()
    {
        var tabs = Enumerable.Range(0, 200).SelectMany(position => new[] { At(position * 7 % 3 == 0 ? A : V6, position, position * 2), At(position * 5 % 3 == 1 ? V6 : A, position, (position * 2) + 0.8) });

        Assert.NotEqual(VerdictAction.Revoke, Observe(tabs).Action);
    }

    [Fact]
    public void Observe_CorporateGateway_IsNeverFlagged()
    {
        var gateway = Enumerable.Range(0, 8).Select(i => A with { Address = $"198.51.100.{10 + i}" }).ToArray();

        Assert.Equal(VerdictAction.Observe, Observe(Enumerable.Range(0, 300).Select(position => At(gateway[position % 8], position, position * 2))).Action);
    }

    [Fact]
    public void Observe_Casting_IsNeverFlagged()
    {
        // The phone has 20 s buffered and fetches one more while the television starts where the picture is.
        var phone = Enumerable.Range(0, 30).Select(position => At(A, position, Math.Max(0, (position - 10) * 2)));
        var television = Enumerable.Range(20, 60).Select(position => At(B, position, 40 + (Math.Max(0, position - 30) * 2) + ((position - 20) * 0.05)));

        Assert.Equal(VerdictAction.Observe, Observe([.. phone, At(A, 30, 40.6), .. television]).Action);
    }

    [Fact]
    public void Observe_CastingThatOverlapsTwentySecondsAndBack_IsNotRevoked()
    {
        var phone = Live(A, 0, 120).Concat(Live(A, 180, 300));
        var television = Live(AtHome, 100, 200, 0.8);

        Assert.NotEqual(VerdictAction.Revoke, Observe([.. phone, .. television]).Action);
    }

    [Fact]
    public void Observe_CastingOverTheOtherAddressFamily_IsNotRevoked()
    {
        var phone = Live(V6, 0, 120);
        var television = Live(A with { Agent = "TV" }, 100, 300, 0.8);

        Assert.NotEqual(VerdictAction.Revoke, Observe([.. phone, .. television]).Action);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Observe_Household_IsFlaggedNeverRevoked(int devices)
    {
        var lines = Enumerable.Range(0, devices).SelectMany(i => Live(A with { Agent = $"Device/{i}" }, 20 * i, 900, 0.4 * i));

        Assert.Equal(VerdictAction.Flag, Observe(lines).Action);
    }

    [Fact]
    public void Observe_HouseholdWithEqualDevices_IsNotRevoked()
    {
        SliceLine[] lines = [.. Live(A with { Player = "one" }, 0, 900), .. Live(A with { Player = "two" }, 20, 900, 0.4), .. Live(A with { Player = "three" }, 40, 900, 0.8)];

        Assert.NotEqual(VerdictAction.Revoke, Observe(lines).Action);
    }

    [Fact]
    public void Observe_SecondTab_IsNeverFlagged() =>
        Assert.Equal(VerdictAction.Observe, Observe([.. Live(A with { Player = "one" }, 0, 600), .. Live(A with { Player = "two" }, 60, 600, 0.8)]).Action);

    [Fact]
    public void Observe_Multiview_IsNeverFlagged()
    {
        var angles = Enumerable.Range(1, 4).SelectMany(angle => Live(A, 0, 600, 0.2 * angle).Select(line => line with { Media = Video(line.Media.Position, (uint)angle) }));

        Assert.Equal(VerdictAction.Observe, Observe(angles).Action);
    }

    [Fact]
    public void Observe_PlayerMadeAnewAroundAds_IsNeverFlagged()
    {
        var lines = Enumerable.Range(0, 8).SelectMany(part => Live(A with { Player = $"p{part}" }, part * 90, (part * 90) + 88));

        Assert.Equal(VerdictAction.Observe, Observe(lines).Action);
    }

    [Fact]
    public void Observe_NextItemPreloaded_IsNeverFlagged()
    {
        var next = OnDemand(A, 0, 280, 600).Select(line => line with { Media = Video(line.Media.Position, 2) });

        Assert.Equal(VerdictAction.Observe, Observe([.. OnDemand(A, 0, 0, 300), .. next]).Action);
    }

    [Fact]
    public void Observe_RetriesAndSwitchesOfRendition_AreClear()
    {
        // Every seventh segment is fetched again, in another rendition.
        var lines = Enumerable.Range(0, 300).SelectMany(i => i % 7 == 0 ? [At(A, i, i * 2), A.Line(Start + (i * 2000) + 900, Video(i, rendition: 2))] : new[] { At(A, i, i * 2) });

        Assert.Equal(SessionVerdict.Clear, Observe(lines));
    }

    [Fact]
    public void Observe_SeekStorm_IsClear()
    {
        var random = new Random(1);
        var (position, lines) = (0, new List<SliceLine>());
        for (var second = 0; second < 900; second += 2)
        {
            if (random.Next(8) == 0)
                position = Math.Max(0, position + random.Next(-30, 30));
            lines.Add(At(A, position++, second));
        }

        Assert.Equal(VerdictAction.Observe, Observe(lines).Action);
    }

    /// <summary>Every four seconds another place of the film, five segments there: two and a half times real time all the while, and little of it in one stretch.</summary>
    [Fact]
    public void Observe_ScrubbingForMinutes_IsClear()
    {
        var random = new Random(3);
        var lines = Enumerable.Range(0, 90).SelectMany(jump =>
        {
            var place = random.Next(3_000);
            return Enumerable.Range(0, 5).Select(i => At(A, place + i, (jump * 4) + (i * 0.2)));
        });

        Assert.Equal(SessionVerdict.Clear, Observe(lines));
    }

    [Fact]
    public void Observe_StartUpBurstCatchUpAndDoubleSpeed_AreClear()
    {
        var burst = OnDemand(A, 0, 0, 120, buffered: 30);
        var faster = Enumerable.Range(0, 400).Select(i => At(A, 90 + i, 121 + i));

        Assert.Equal(SessionVerdict.Clear, Observe([.. burst, .. faster]));
    }

    [Theory]
    [InlineData("Kodi/20.1", 3320u)]
    [InlineData("VLC/3.0.18 LibVLC/3.0.18", 3320u)]
    public void Observe_ToolAtHome_IsNotRevoked(string agent, uint asn) =>
        Assert.NotEqual(VerdictAction.Revoke, Observe(Live(A with { Agent = agent, Asn = asn }, 0, 7200), context: Context(null, agent)).Action);

    [Fact]
    public void Observe_ViewerThroughRentedServers_IsNotRevoked()
    {
        // A browser starts low and goes up, and asks for more than video.
        var vpn = A with { Asn = 9009 };
        var lines = Live(vpn, 0, 3600).Select((line, i) => i < 5 ? line with { Media = Video(line.Media.Position, rendition: 9) } : line);

        Assert.NotEqual(VerdictAction.Revoke, Observe(lines).Action);
        Assert.NotEqual(VerdictAction.Revoke, Observe([.. Live(vpn, 0, 3600), vpn.Line(Start + 2000, new MediaRequest(MediaKind.Side, 0, 0, MediaRequest.None, 0))]).Action);
    }

    [Fact]
    public void Observe_Probe_IsNeverFlagged()
    {
        var probe = new TestViewer("203.0.113.99", "curl/8.5", 16509);
        var lines = Enumerable.Range(0, 60).SelectMany(minute => Enumerable.Range(0, 4).Select(i => At(probe, (minute * 30) + i, (minute * 60) + (i * 0.3))));

        Assert.Equal(VerdictAction.Observe, Observe(lines, context: Context(null, "curl/8.5")).Action);
    }

    [Fact]
    public void Observe_RefusedAndFailedFetches_AreNoPlayheads()
    {
        var failed = Live(B, 20, 60, 0.7).Select(line => line with { Status = 404 });

        Assert.Equal(VerdictAction.Observe, Observe([.. Live(A, 0, 60), .. failed]).Action);
    }

    [Fact]
    public void Observe_OtherTitlesOfOneHome_AreNotDoubled()
    {
        var other = Live(AtHome, 20, 600, 0.7).Select(line => line with { Media = Video(line.Media.Position, 2) });

        Assert.Equal(VerdictAction.Observe, Observe([.. Live(A, 0, 600), .. other]).Action);
    }
}
