using Portcullis.Aws.Tables;

namespace Portcullis.Aws.Tests.Tables;

public sealed class RegularTaskTests
{
    [Fact]
    public async Task Run_TurnThatFailsInWhateverWay_GoesOn()
    {
        var time = new ManualTime();
        var turns = new SemaphoreSlim(0);
        await using var task = new RegularTask(
            TimeSpan.FromSeconds(1),
            _ =>
            {
                turns.Release();
                throw new InvalidOperationException("The stored thing is none.");
            },
            time);

        var seen = 0;
        for (var attempt = 0; attempt < 500 && seen < 3; attempt++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            seen += await turns.WaitAsync(TimeSpan.FromMilliseconds(20)) ? 1 : 0;
        }
        Assert.Equal(3, seen);
    }
}
