namespace Portcullis.Engine;

/// <summary>Wakes a loop: signals that come while it is busy are one, and a loop that waits looks again after a while in any case.</summary>
/// <param name="signalled">Whether the first wait ends at once.</param>
public sealed class Wake(bool signalled)
{
    private readonly SemaphoreSlim _signal = new(signalled ? 1 : 0, 1);

    /// <summary>Says that there is something to do.</summary>
    public void Signal()
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // A turn that has not begun yet will see this, too.
        }
    }

    /// <summary>Waits for a signal, for a while, or for the end: the caller looks which.</summary>
    /// <param name="atMost">How long; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it takes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellation)
    {
        using var over = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
        await _signal.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
