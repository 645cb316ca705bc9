using Portcullis.Engine;

namespace Portcullis.Local.Ledger;

/// <summary>Has the ledger forget in memory what has ended, once a minute.</summary>
internal sealed class LedgerUpkeep(SqliteLedger ledger, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Every, time, cancellation).ConfigureAwait(false);
                await ledger.SweepAsync(cancellation).ConfigureAwait(false);
            }
            catch (StoreUnavailableException)
            {
                // The writer's health says so; what has ended blocks nobody meanwhile.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
