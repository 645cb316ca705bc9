namespace Portcullis.Engine;

/// <summary>What a ledger forgets: what has ended, what was kept for long enough, what somebody wants erased.</summary>
public interface ILedgerRetention
{
    /// <summary>Forgets in memory what has ended; reads it again when the clock has gone back since. For every minute or so.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    ValueTask SweepAsync(CancellationToken cancellation);

    /// <summary>Deletes the evidence of decisions from before a time. Durable when the task completes.</summary>
    /// <param name="before">The time.</param>
    /// <param name="cancellation">Ends the wait; going on later is safe.</param>
    /// <returns>How many decisions had evidence.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    Task<int> ForgetEvidenceAsync(DateTimeOffset before, CancellationToken cancellation);

    /// <summary>Erases the texts of all decisions about an account and its sessions. Durable when the task completes.</summary>
    /// <param name="tag">The account's tag.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown.</param>
    /// <returns>How many decisions had texts.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    Task<int> EraseAsync(string tag, CancellationToken cancellation);
}
