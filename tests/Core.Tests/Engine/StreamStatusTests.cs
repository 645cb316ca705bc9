using Portcullis.Engine;

namespace Portcullis.Core.Tests.Engine;

public sealed class StreamStatusTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory]
    [InlineData(0, null, null, 0.0)]
    [InlineData(0, 30, null, 0.0)]
    [InlineData(1, 30, null, 30.0)]
    [InlineData(1, null, null, null)]
    [InlineData(0, 30, 1.5, 1.5)]
    [InlineData(0, null, 0.0, 0.0)]
    public void LagAt_BytesOrSeconds_SaysHowOldTheNextLineIs(long backlog, int? newestAge, double? behind, double? expected)
    {
        var status = new StreamStatus(0, 0, 0, 0, 0, 0, 0, backlog, newestAge is { } age ? Now.AddSeconds(-age) : null) { BehindSeconds = behind };

        Assert.Equal(expected, status.LagAt(Now)?.TotalSeconds);
    }
}
