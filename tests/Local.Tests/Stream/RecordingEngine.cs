using Portcullis.Engine;
using Portcullis.Sessions;

namespace Portcullis.Local.Tests.Stream;

/// <summary>An engine that only remembers which lines (by the number of their autonomous system) it has observed for good.</summary>
internal sealed class RecordingEngine : ISessionEngine
{
    private readonly Lock _lock = new();
    private readonly List<int> _observed = [];
    private int _batches;

    /// <summary>Runs before a batch counts as observed; gets the batch's number, from 1.</summary>
    public Func<int, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public int Batches => Volatile.Read(ref _batches);

    public IReadOnlyList<int> Observed
    {
        get
        {
            lock (_lock)
                return [.. _observed];
        }
    }

    public SessionCounts Counts => default;

    public async ValueTask ObserveAsync(SessionBatch batch, CancellationToken cancellation)
    {
        await Before(Interlocked.Increment(ref _batches), cancellation);
        lock (_lock)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                foreach (ref readonly var line in batch[i])
                    _observed.Add((int)line.Asn);
            }
        }
    }

    public ValueTask<SessionReport?> FindAsync(string sid, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<SessionReport>> TopAsync(string? query, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>The sessions whose evidence was forgotten.</summary>
    public List<string> Forgotten { get; } = [];

    public ValueTask ResetAsync(string sid, long until, CancellationToken cancellation)
    {
        Forgotten.Add(sid);
        return ValueTask.CompletedTask;
    }

    public IAsyncEnumerable<SessionReport> WatchAsync(CancellationToken cancellation) => throw new NotSupportedException();
}
