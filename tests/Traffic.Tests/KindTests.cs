namespace Portcullis.Traffic.Tests;

/// <summary>That sessions of a kind look in the log as the kind says.</summary>
public sealed class KindTests
{
    [Theory]
    [InlineData("viewer:relay")]
    [InlineData("viewer:dual-stack")]
    [InlineData("viewer:bonded")]
    [InlineData("viewer:corporate-gateway")]
    public void SeveralAddresses_OnePlayhead_FetchEachSegmentAboutOnce(string kind)
    {
        var all = Event.Of(1, 40, 15, kind);
        var (segments, fetches, addresses) = (0, 0, 0);
        foreach (var label in all.Truth)
        {
            var video = all.Video(label.Sid).ToList();
            addresses += video.Select(request => request.Address).Distinct().Count() > 1 ? 1 : 0;
            // A rendition is another path; byte ranges share one.
            segments += video.Where(request => request.Status == 200).Select(request => request.Path).Distinct().Count();
            fetches += video.Count(request => request.Status == 200);
        }

        Assert.True(addresses * 2 > all.Truth.Count);
        Assert.InRange(fetches / (double)segments, 1.0, 1.1);
    }

    [Fact]
    public void Household_AllDevices_AreBehindOneAddress()
    {
        var all = Event.Of(1, 30, 15, "shared:household");

        Assert.All(all.Truth, label => Assert.Single(all.Video(label.Sid).Select(request => request.Address).Distinct()));
    }

    [Fact]
    public void Proxy_AllPlayers_HaveOneIdentity()
    {
        var all = Event.Of(1, 30, 15, "shared:proxy");

        foreach (var label in all.Truth)
        {
            var video = all.Video(label.Sid).ToList();
            Assert.Single(video.Select(request => (request.Address, request.Agent)).Distinct());
            Assert.Single(video.Select(request => request.Player).Distinct());
        }
    }

    [Theory]
    [InlineData("shared:2", 2)]
    [InlineData("shared:3", 3)]
    public void Friends_EachWithAnAddressOfHisOwn_OverlapFromTheFirstOffenceOn(string kind, int people)
    {
        var all = Event.Of(1, 30, 20, kind);
        var shared = all.Truth.Where(label => label.FirstOffence is not null).ToList();

        Assert.NotEmpty(shared);
        foreach (var label in shared)
        {
            var video = all.Video(label.Sid).ToList();
            Assert.InRange(video.Select(request => request.Address).Distinct().Count(), 2, people);
            Assert.True(video.Where(request => Math.Abs((request.Time * 1000) - label.FirstOffence!.Value) < 60_000).Select(request => request.Address).Distinct().Count() > 1);
        }
    }

    [Fact]
    public void Offset_ViewersOfOneTitle_AreNeverAtOnePlace()
    {
        var all = Event.Of(1, 30, 20, "shared:offset");
        var (near, fetches) = (0, 0);
        foreach (var label in all.Truth)
        {
            foreach (var segment in all.Video(label.Sid).Where(request => request.Status == 200).GroupBy(request => request.Path))
            {
                fetches += segment.Count();
                near += segment.Zip(segment.Skip(1)).Count(pair => pair.First.Address != pair.Second.Address && pair.Second.Time - pair.First.Time < 60);
            }
        }

        Assert.True(fetches > 1_000);
        Assert.InRange(near / (double)fetches, 0, 0.01);
    }

    [Fact]
    public void Casting_OtherDeviceTakesOver_FirstStopsWithinTwentySeconds()
    {
        var all = Event.Of(1, 40, 20, "viewer:cast");
        var cast = 0;
        foreach (var label in all.Truth)
        {
            var byAgent = all.Video(label.Sid).GroupBy(request => request.Agent).Select(group => (First: group.First().Time, Last: group.Last().Time)).OrderBy(span => span.First).ToList();
            if (byAgent.Count < 2)
                continue;
            cast++;
            // Who paused before may have fetched nothing for minutes.
            Assert.True(byAgent[0].Last - byAgent[1].First <= 24);
        }

        Assert.True(cast > 10);
    }

    [Fact]
    public void Ripper_Fast_TakesTheTitleFarAboveRealTime()
    {
        var all = Event.Of(1, 20, 15, "rip:fast");

        // Segments play at least 4 s on demand.
        Assert.All(all.Truth, label => Assert.True(all.Video(label.Sid).Count() is var count && count * 4_000 > (label.LastVideo - label.FirstVideo) * 2.5));
    }

    [Fact]
    public void Restreamer_Hosted_TakesOneRenditionAllTheTime()
    {
        var all = Event.Of(1, 20, 15, "restream:hosting");

        foreach (var label in all.Truth)
        {
            Assert.Single(all.Video(label.Sid).Select(request => request.Address).Distinct());
            Assert.True(label.LastVideo - label.FirstVideo > 9 * 60_000);
        }
    }
}
