using Portcullis.Engine;
using Portcullis.Local.Sessions;

namespace Portcullis.Bench;

/// <summary>A sink that counts verdicts and keeps none.</summary>
internal sealed class NoSink : IVerdictSink
{
    public long Delivered;

    public bool AnyLifts => false;

    public ValueTask<bool> DeliverAsync(SessionReport report, CancellationToken cancellation)
    {
        Interlocked.Increment(ref Delivered);
        return ValueTask.FromResult(true);
    }

    public long? LiftedAt(string sid) => null;
}
