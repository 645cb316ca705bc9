using Portcullis.Engine;
using Portcullis.Local.Sessions;

namespace Portcullis.Bench;

/// <summary>A sink that counts verdicts and keeps none.</summary>
internal sealed class NoSink : IVerdictSink
{
    public long Delivered;

    public bool AnyLifts => false;

    public ValueTask DeliverAsync(SessionReport report, CancellationToken cancellation)
    {
        Interlocked.Increment(ref Delivered);
        return ValueTask.CompletedTask;
    }

    public long? LiftedAt(string sid) => null;
}
