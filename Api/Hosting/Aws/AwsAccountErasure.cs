using Portcullis.Aws.Accounts;
using Portcullis.Engine;
using Portcullis.Local.Sessions;

namespace Portcullis.Api.Hosting.Aws;

/// <summary>Erases an account in all stores. Sessions first: what is gone cannot bring new evidence into the ledger.</summary>
internal sealed class AwsAccountErasure(SessionKeeper sessions, DynamoAccountStore accounts, ILedgerRetention ledger) : IAccountErasure
{
    public async ValueTask<ErasureReport> EraseAsync(string tag, CancellationToken cancellation = default)
    {
        var erased = await sessions.EraseAsync(tag, cancellation).ConfigureAwait(false);
        var slots = await accounts.EraseAsync(tag, cancellation).ConfigureAwait(false);
        var decisions = await ledger.EraseAsync(tag, cancellation).ConfigureAwait(false);
        return new ErasureReport(erased, decisions, slots);
    }
}
