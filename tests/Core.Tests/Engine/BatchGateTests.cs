using Portcullis.Engine;

namespace Portcullis.Core.Tests.Engine;

public sealed class BatchGateTests
{
    private readonly BatchGate _gate = new();

    [Fact]
    public async Task CloseAsync_BatchesUnderWay_WaitsForAllAndHoldsUpNewOnes()
    {
        await _gate.EnterAsync(CancellationToken.None);
        await _gate.EnterAsync(CancellationToken.None);
        var closing = _gate.CloseAsync(CancellationToken.None).AsTask();
        var entering = _gate.EnterAsync(CancellationToken.None).AsTask();

        _gate.Leave();
        Assert.False(closing.IsCompleted);
        _gate.Leave();
        var closed = await closing.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(entering.IsCompleted);
        closed.Dispose();
        await entering.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task CloseAsync_Cancelled_IsOpenAgain()
    {
        await _gate.EnterAsync(CancellationToken.None);
        using var cancellation = new CancellationTokenSource();
        var closing = _gate.CloseAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => closing);
        Assert.True(_gate.EnterAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task CloseAsync_Closed_WaitsForItsTurn()
    {
        var first = await _gate.CloseAsync(CancellationToken.None);
        var second = _gate.CloseAsync(CancellationToken.None).AsTask();

        Assert.False(second.IsCompleted);
        first.Dispose();
        first.Dispose();
        (await second.WaitAsync(TimeSpan.FromSeconds(30))).Dispose();
        Assert.True(_gate.EnterAsync(CancellationToken.None).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task CloseAsync_ManyReaders_SeesNoBatchUnderWay()
    {
        var under = 0;
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await _gate.EnterAsync(CancellationToken.None);
                Interlocked.Increment(ref under);
                await Task.Yield();
                Interlocked.Decrement(ref under);
                _gate.Leave();
            }
        })).ToList();
        var seen = new List<int>();
        for (var round = 0; round < 500; round++)
        {
            using (await _gate.CloseAsync(CancellationToken.None))
            {
                await Task.Yield();
                seen.Add(Volatile.Read(ref under));
            }
        }
        await stop.CancelAsync();
        await Task.WhenAll(readers);

        Assert.All(seen, count => Assert.Equal(0, count));
    }
}
