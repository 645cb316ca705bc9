using System.Collections.Concurrent;
using Portcullis.Engine;
using Portcullis.Local.Sessions;

namespace Portcullis.Local.Tests.Sessions;

/// <summary>A sink that keeps what is delivered, and fails when a test says so.</summary>
internal sealed class RecordingSink : IVerdictSink
{
    private int _attempts;

    public ConcurrentQueue<SessionReport> Delivered { get; } = [];

    public ConcurrentDictionary<string, long> Lifts { get; } = [];

    public volatile Exception? Failure;

    /// <summary>Whether what is delivered is enforced.</summary>
    public volatile bool IsArmed = true;

    public int Attempts => Volatile.Read(ref _attempts);

    public ValueTask<bool> DeliverAsync(SessionReport report, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _attempts);
        if (Failure is { } failure)
            throw failure;
        Delivered.Enqueue(report);
        return ValueTask.FromResult(IsArmed);
    }

    public bool AnyLifts => !Lifts.IsEmpty;

    public long? LiftedAt(string sid) => Lifts.TryGetValue(sid, out var at) ? at : null;
}
