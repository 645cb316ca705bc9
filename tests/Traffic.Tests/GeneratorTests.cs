using System.Security.Cryptography;
using System.Text;
using Portcullis.Logs;

namespace Portcullis.Traffic.Tests;

public sealed class GeneratorTests
{
    [Fact]
    public void TryNext_SameSeed_MakesTheSameLines()
    {
        var first = Event.Of(7, 60, 10);

        Assert.Equal(first.Lines, Event.Of(7, 60, 10).Lines);
        Assert.NotEqual(first.Lines, Event.Of(8, 60, 10).Lines);
    }

    /// <summary>The benchmark is the same everywhere and in every version; whoever changes it on purpose puts the new hash here and measures anew.</summary>
    [Fact]
    public void TryNext_SeedOne_MakesTheBytesThatWerePublished() =>
        Assert.Equal("9a8b3a687cd59cc1cb68c7e5a4174f4427a14ec7f864c89edec59ef48d03c42d", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Event.Of(1, 60, 10).Lines)))));

    [Fact]
    public void TryNext_EveryLine_IsParsedWithoutFault()
    {
        foreach (var line in Event.Of(1, 300, 12).Lines)
            Assert.Equal(LineFault.None, LogLineParser.TryParse(Encoding.UTF8.GetBytes(line), LogFieldList.Default, out _));
    }

    [Fact]
    public void TryNext_Lines_AreAboutAsLongAsRealOnes() => Assert.InRange(Event.Of(1, 300, 12).Lines.Average(line => line.Length + 1), 600, 900);

    [Fact]
    public void TryNext_Delivery_IsLateDoubledAndOutOfOrderNowAndThen()
    {
        var requests = Event.Of(3, 400, 15).Lines.Select(Request.Of).ToList();
        var doubled = requests.Count - requests.DistinctBy(request => request.Id).Count();
        var (newest, late, overtaken) = (0.0, 0, 0);
        foreach (var request in requests)
        {
            overtaken += request.Time < newest ? 1 : 0;
            late += request.Time < newest - 10 ? 1 : 0;
            newest = Math.Max(newest, request.Time);
        }

        Assert.InRange((double)doubled / requests.Count, 0.001, 0.006);
        Assert.InRange((double)late / requests.Count, 0.001, 0.02);
        Assert.True(overtaken > requests.Count / 10);
    }

    [Fact]
    public void Truth_AllKinds_HaveLabelsOfTheirOwn()
    {
        var truth = TrafficGenerator.Create(new TrafficOptions { Seed = 2, Viewers = 6_000, Minutes = 10, Offenders = 0.4 });
        while (truth.TryNext(out _))
        {
        }

        var labels = truth.Truth().Select(label => label.Label).ToHashSet();

        Assert.Empty(TrafficGenerator.Labels.Except(labels));
        Assert.All(truth.Truth(), label => Assert.Equal(label.Label.StartsWith("viewer:", StringComparison.Ordinal), label.FirstOffence is null));
    }

    [Fact]
    public void TryNext_RefusedLines_ComeFromStrangersAndNameVictims()
    {
        var all = Event.Of(4, 1_000, 20);
        var refused = all.Lines.Select(Request.Of).Where(request => request.LogData.StartsWith("no.", StringComparison.Ordinal)).ToList();

        Assert.True(refused.Count > 50);
        Assert.All(refused, request => Assert.True(request.Status is 401 or 403));
    }

    [Theory]
    [InlineData(0, 10, 1)]
    [InlineData(10, 1, 1)]
    [InlineData(10, 10, 0)]
    public void Create_OptionOutOfRange_IsNamed(int viewers, int minutes, int sampling)
    {
        var wrong = Assert.Throws<ArgumentException>(() => TrafficGenerator.Create(new TrafficOptions { Viewers = viewers, Minutes = minutes, Sampling = sampling }));

        Assert.Contains(viewers == 0 ? "viewers (0)" : minutes == 1 ? "minutes (1)" : "sampling (0)", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_UnknownKind_IsNamed() =>
        Assert.Contains("'viewer:none'", Assert.Throws<ArgumentException>(() => TrafficGenerator.Create(new TrafficOptions { Kinds = ["viewer:none"] })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void TryNext_VeryShortEvent_ComesToItsEnd(int minutes) => Assert.NotEmpty(Event.Of(1, 2_000, minutes).Lines);

    [Fact]
    public void TryNext_SampledLog_HasAsManyLinesAsItSays()
    {
        var whole = Event.Of(new TrafficOptions { Seed = 5, Viewers = 200, Minutes = 10 }).Lines.Count;

        Assert.InRange(Event.Of(new TrafficOptions { Seed = 5, Viewers = 200, Minutes = 10, Sampling = 25 }).Lines.Count / (double)whole, 0.22, 0.28);
    }
}
