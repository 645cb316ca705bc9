using Portcullis.Engine;
using Portcullis.Local.Ledger;

namespace Portcullis.Local.Accounts;

/// <summary>Erases an account in all stores. Sessions first: what is gone cannot bring new evidence into the ledger.</summary>
internal sealed class LocalAccountErasure(LogIngestion ingestion, SqliteLedger ledger, SqliteAccountStore accounts) : IAccountErasure
{
    public async ValueTask<ErasureReport> EraseAsync(string tag, CancellationToken cancellation = default)
    {
        var sessions = await ingestion.EraseAsync(tag, cancellation).ConfigureAwait(false);
        var slots = await accounts.EraseAsync(tag, cancellation).ConfigureAwait(false);
        var decisions = await ledger.EraseAsync(tag, cancellation).ConfigureAwait(false);
        return new ErasureReport(sessions, decisions, slots);
    }
}
