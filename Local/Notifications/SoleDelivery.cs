using Portcullis.Engine;

namespace Portcullis.Local.Notifications;

/// <summary>The lease of an installation whose data only one process can open.</summary>
internal sealed class SoleDelivery : IDeliveryLease
{
    public ValueTask<long?> HoldAsync(CancellationToken cancellation) => ValueTask.FromResult<long?>(0);

    public ValueTask ReleaseAsync() => ValueTask.CompletedTask;
}
