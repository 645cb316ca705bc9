namespace Portcullis.Engine;

/// <summary>Has the ledger forget in memory what has ended, once a minute, and in the store the evidence that has been kept for long enough, once an hour.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="evidenceRetention">How long evidence is kept.</param>
/// <param name="time">The clock.</param>
public sealed class LedgerUpkeep(ILedgerRetention ledger, TimeSpan evidenceRetention, TimeProvider time)
{
    private const int MinutesBetweenRetentions = 60;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Works until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        for (var minute = 0; !cancellation.IsCancellationRequested; minute++)
        {
            try
            {
                await Task.Delay(Every, time, cancellation).ConfigureAwait(false);
                await ledger.SweepAsync(cancellation).ConfigureAwait(false);
                if (minute % MinutesBetweenRetentions == 0)
                    await ledger.ForgetEvidenceAsync(time.GetUtcNow() - evidenceRetention, cancellation).ConfigureAwait(false);
            }
            catch (StoreUnavailableException)
            {
                // The ledger's health says so; what has ended blocks nobody meanwhile.
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
