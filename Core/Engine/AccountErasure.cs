namespace Portcullis.Engine;

/// <summary>Erases an account in all stores. Sessions first: what is gone cannot bring new evidence into the ledger.</summary>
/// <param name="sessions">Erases the sessions of the account with a tag, in memory and as stored; says how many.</param>
/// <param name="slots">Erases its settings and slots; says how many slots.</param>
/// <param name="ledger">Erases the texts of decisions about it.</param>
public sealed class AccountErasure(
    Func<string, CancellationToken, Task<int>> sessions, Func<string, CancellationToken, Task<int>> slots, ILedgerRetention ledger) : IAccountErasure
{
    /// <inheritdoc/>
    public async ValueTask<ErasureReport> EraseAsync(string tag, CancellationToken cancellation = default)
    {
        var erasedSessions = await sessions(tag, cancellation).ConfigureAwait(false);
        var erasedSlots = await slots(tag, cancellation).ConfigureAwait(false);
        var decisions = await ledger.EraseAsync(tag, cancellation).ConfigureAwait(false);
        return new ErasureReport(erasedSessions, decisions, erasedSlots);
    }
}
