using Portcullis.Sessions;
using static Portcullis.Core.Tests.Sessions.Lines;

namespace Portcullis.Core.Tests.Sessions;

/// <summary>What the two detectors make of sharing, and of what only looks like it.</summary>
public sealed class SharingTests
{
    [Fact]
    public void Observe_TwoViewersPlayTheSame_Revokes()
    {
        var verdict = Observe([.. Live(A, 0, 60), .. Live(B, 20, 60, 0.7)]);

        Assert.Equal(VerdictAction.Revoke, verdict.Action);
        Assert.Equal(["doubled-positions", "concurrent-viewers"], verdict.Evidence.Select(finding => finding.Detector));
    }

    [Fact]
    public void Observe_TwoViewers_RevokesWithinSixSecondsOfTheSecond()
    {
        var verdict = Observe([.. Live(A, 0, 60), .. Live(B, 20, 26, 0.7)]);

        Assert.Equal(VerdictAction.Revoke, verdict.Action);
    }

    [Fact]
    public void Observe_ThreeViewersStartTogether_RevokesAtOnce() =>
        Assert.Equal(VerdictAction.Revoke, Observe([.. Live(A, 20, 20.5), .. Live(B, 20.1, 20.5), .. Live(C, 20.2, 20.6)]).Action);

    [Fact]
    public void Observe_OneViewer_IsClear() => Assert.Equal(SessionVerdict.Clear, Observe(Live(A, 0, 600)));

    [Fact]
    public void Observe_ChangeOfNetwork_IsNeverFlagged()
    {
        // The segment under way is fetched again, and the old network's last one comes in late.
        var verdict = Observe([.. Live(A, 0, 40), At(B, 1020, 40.4), At(A, 1021, 41.9), .. Enumerable.Range(1021, 60).Select(position => At(B, position, ((position - 1000) * 2) + 0.9))]);

        Assert.Equal(VerdictAction.Observe, verdict.Action);
    }

    [Fact]
    public void Observe_NetworkChangesToAndFro_IsNeverFlagged()
    {
        var lines = Enumerable.Range(0, 300).Select(position => At(position / 10 % 2 == 0 ? A : B, position, position * 2));

        Assert.Equal(VerdictAction.Observe, Observe(lines).Action);
    }

    [Fact]
    public void Observe_SeveralNetworksOnePlayhead_IsNeverFlagged()
    {
        // Dual stack, relays, bonded links: every position once, from changing addresses.
        var viewers = new[] { A, B, C, D };
        var lines = Enumerable.Range(0, 300).Select(position => At(viewers[position * 7 % 4], position, position * 2));

        Assert.NotEqual(VerdictAction.Revoke, Observe(lines).Action);
        Assert.True(Observe(lines).Score < 50);
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
    public void Observe_Household_IsFlaggedNeverRevoked()
    {
        var verdict = Observe([.. Live(A, 0, 600), .. Live(AtHome, 20, 600, 0.7)]);

        Assert.Equal(VerdictAction.Flag, verdict.Action);
    }

    [Fact]
    public void Observe_RetriesOfOneViewer_AreClear() =>
        Assert.Equal(SessionVerdict.Clear, Observe([.. Live(A, 0, 120), .. Live(A, 0, 120, 0.4), .. Live(A, 0, 120, 0.8)]));

    [Fact]
    public void Observe_RefusedAndFailedFetches_AreNoPlayheads()
    {
        var failed = Live(B, 20, 60, 0.7).Select(line => (line.Viewer, line.Line with { Status = 404 }));

        Assert.Equal(VerdictAction.Observe, Observe([.. Live(A, 0, 60), .. failed]).Action);
    }

    [Fact]
    public void Observe_AsManyViewersAsAllowed_IsClear()
    {
        (ViewerText, SliceLine)[] lines = [.. Live(A, 0, 120), .. Live(B, 20, 120, 0.7)];

        Assert.Equal(VerdictAction.Observe, Observe(lines, allowedViewers: 2).Action);
        Assert.Equal(VerdictAction.Revoke, Observe([.. lines, .. Live(C, 30, 120, 1.1)], allowedViewers: 2).Action);
    }

    [Fact]
    public void Observe_OtherTitles_AreNotDoubled()
    {
        var other = Live(B, 20, 60, 0.7).Select(line => (line.Viewer, line.Line with { Title = 2 }));

        Assert.Equal(VerdictAction.Observe, Observe([.. Live(A, 0, 60), .. other]).Action);
    }

    [Fact]
    public void Observe_Evidence_NamesNoAddress()
    {
        foreach (var finding in Observe([.. Live(A, 0, 60), .. Live(B, 20, 60, 0.7)]).Evidence)
        {
            Assert.DoesNotContain(A.Address, finding.Sentence, StringComparison.Ordinal);
            Assert.DoesNotContain(B.Address, finding.Sentence, StringComparison.Ordinal);
        }
    }
}
