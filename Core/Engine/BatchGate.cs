namespace Portcullis.Engine;

/// <summary>
/// Readers pass it with each batch; whoever closes it sees sessions and positions that belong together, since no batch is under way until
/// he opens it again.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class BatchGate
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _closer = new(1, 1);
    private int _inside;
    private TaskCompletionSource? _opened, _emptied;

    /// <summary>Waits until the gate is open, and passes it. Every pass ends with <see cref="Leave"/>.</summary>
    public async ValueTask EnterAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task opened;
            lock (_lock)
            {
                if (_opened is null)
                {
                    _inside++;
                    return;
                }
                opened = _opened.Task;
            }
            await opened.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A batch is done, or given up.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_inside == 0)
                _emptied?.TrySetResult();
        }
    }

    /// <summary>Closes the gate and waits until no batch is under way. Disposing of the result opens it.</summary>
    public async ValueTask<IDisposable> CloseAsync(CancellationToken cancellation)
    {
        await _closer.WaitAsync(cancellation).ConfigureAwait(false);
        Task emptied;
        lock (_lock)
        {
            _opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _emptied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_inside == 0)
                _emptied.SetResult();
            emptied = _emptied.Task;
        }
        try
        {
            await emptied.WaitAsync(cancellation).ConfigureAwait(false);
            return new Closed(this);
        }
        catch
        {
            Open();
            throw;
        }
    }

    private void Open()
    {
        TaskCompletionSource opened;
        lock (_lock)
        {
            opened = _opened!;
            _opened = _emptied = null;
        }
        _closer.Release();
        opened.SetResult();
    }

    private sealed class Closed(BatchGate gate) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                gate.Open();
        }
    }
}
