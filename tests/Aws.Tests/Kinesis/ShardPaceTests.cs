using Portcullis.Aws.Kinesis;

namespace Portcullis.Aws.Tests.Kinesis;

public sealed class ShardPaceTests
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(100, false, 0, 250)]
    [InlineData(100, false, 100, 150)]
    [InlineData(100, true, 100, 110)]
    [InlineData(0, true, 400, 0)]
    [InlineData(10_000_000, true, 400, 5_000)]
    public void AfterRead_WaitsForThePollTheReadsAndTheBytes(long bytes, bool hasMore, int elapsed, int expected)
    {
        var pace = new ShardPace(TimeSpan.FromMilliseconds(250), _time);
        pace.Begin();
        _time.Advance(TimeSpan.FromMilliseconds(elapsed));
        pace.End(bytes);

        Assert.Equal(TimeSpan.FromMilliseconds(expected), pace.AfterRead(hasMore));
    }

    [Fact]
    public void AfterRead_LongAfterALargeAnswer_DoesNotWait()
    {
        var pace = new ShardPace(TimeSpan.FromMilliseconds(250), _time);
        pace.Begin();
        pace.End(10_000_000);
        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(TimeSpan.FromSeconds(1), pace.AfterRead(true));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, pace.AfterRead(true));
    }

    [Fact]
    public void AfterRefusal_AgainAndAgain_WaitsLongerUntilAReadSucceeds()
    {
        var pace = new ShardPace(TimeSpan.FromMilliseconds(250), _time);

        foreach (var least in (double[])[250, 500, 1_000, 2_000, 4_000, 5_000, 5_000])
            Assert.InRange(pace.AfterRefusal().TotalMilliseconds, least, least * 1.5);
        pace.End(0);
        Assert.InRange(pace.AfterRefusal().TotalMilliseconds, 250, 375);
    }
}
