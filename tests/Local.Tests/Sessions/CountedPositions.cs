using System.Collections.Concurrent;
using Portcullis.Engine;
using Portcullis.Local.Sessions;

namespace Portcullis.Local.Tests.Sessions;

/// <summary>Positions of a reader that a test moves on by hand; what is saved outlives the engine.</summary>
internal sealed class CountedPositions(ManualTime time, ConcurrentQueue<string> log) : IStreamPositions
{
    private int _noted;

    /// <summary>How many batches are observed.</summary>
    public int Read { get; set; }

    public int Saved { get; private set; }

    public bool IsAtRest { get; set; } = true;

    public bool IsGone { get; set; }

    public long EventTime => time.GetUtcNow().ToUnixTimeMilliseconds();

    public ValueTask<bool> NoteAsync(Action atRest, CancellationToken cancellation)
    {
        if (IsAtRest)
        {
            _noted = Read;
            atRest();
        }
        return ValueTask.FromResult(IsAtRest);
    }

    public ValueTask SaveAsync(CancellationToken cancellation)
    {
        log.Enqueue($"position {_noted}");
        if (IsGone)
            throw new StoreUnavailableException("positions gone");
        Saved = _noted;
        return ValueTask.CompletedTask;
    }
}
