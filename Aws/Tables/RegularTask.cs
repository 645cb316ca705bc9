namespace Portcullis.Aws.Tables;

/// <summary>Does something again and again until it is disposed of.</summary>
internal sealed class RegularTask : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    /// <param name="every">The pause between two turns; infinite for never.</param>
    /// <param name="turn">What is done. What goes wrong in it is for its own health to say; the next turn comes all the same.</param>
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
            await TryAsync(turn).ConfigureAwait(false);
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> turn)
    {
        try
        {
            await turn(_stopping.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Without further turns a store would go on with what it knew, and nobody would notice.
        }
    }
}
