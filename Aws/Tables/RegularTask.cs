namespace Portcullis.Aws.Tables;

/// <summary>Does something again and again until it is disposed of.</summary>
internal sealed class RegularTask : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    /// <param name="every">The pause between two turns; infinite for never.</param>
    /// <param name="turn">What is done; it must not throw but when it is cancelled.</param>
    /// <param name="time">The clock.</param>
    public RegularTask(TimeSpan every, Func<CancellationToken, Task> turn, TimeProvider time) => _running = RunAsync(every, turn, time);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync(TimeSpan every, Func<CancellationToken, Task> turn, TimeProvider time)
    {
        while (true)
        {
            await Task.Delay(every, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested)
                return;
            try
            {
                await turn(_stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
