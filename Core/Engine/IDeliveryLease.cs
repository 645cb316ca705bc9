namespace Portcullis.Engine;

/// <summary>Which of several processes follows the ledger and delivers: one at a time.</summary>
public interface IDeliveryLease
{
    /// <summary>Takes the lease where it is free, and renews it in time where it is held.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Which term it is, another one whenever somebody else may have held it meanwhile; null while somebody else does.</returns>
    /// <exception cref="StoreUnavailableException">Whether it is held is not known now.</exception>
    ValueTask<long?> HoldAsync(CancellationToken cancellation);

    /// <summary>Gives the lease up, so that another process need not wait until it ends by itself.</summary>
    ValueTask ReleaseAsync();
}
