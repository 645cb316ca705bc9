using Portcullis.Cli.Evaluation;

namespace Portcullis.Cli.Tests.Evaluation;

public sealed class PoissonIntervalTests
{
    // From the published tables of exact limits (Garwood, 1936; chi-square quantiles halved).
    [Theory]
    [InlineData(0, 0, 3.689)]
    [InlineData(1, 0.0253, 5.572)]
    [InlineData(2, 0.2422, 7.225)]
    [InlineData(5, 1.623, 11.668)]
    [InlineData(10, 4.795, 18.390)]
    [InlineData(20, 12.217, 30.888)]
    [InlineData(100, 81.364, 121.627)]
    public void Of_Count_GivesThePublishedLimits(int count, double low, double high)
    {
        var interval = PoissonInterval.Of(count);

        Assert.Equal(low, interval.Low, 3);
        Assert.Equal(high, interval.High, 3);
    }

    [Fact]
    public void Of_LargeCount_IsNearTheNormalLimits()
    {
        var interval = PoissonInterval.Of(10_000);

        Assert.InRange(interval.Low, 9_804, 9_806);
        Assert.InRange(interval.High, 10_197, 10_200);
    }

    [Fact]
    public void Of_Negative_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => PoissonInterval.Of(-1));
}
