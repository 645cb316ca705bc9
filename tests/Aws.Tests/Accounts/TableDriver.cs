using Portcullis.Accounts;
using Portcullis.Engine;

namespace Portcullis.Aws.Tests.Accounts;

/// <summary>The store in DynamoDB.</summary>
internal sealed class TableDriver(AccountBench bench, AccountLimits limits) : IAccountDriver
{
    public ManualTime Time => bench.Time;

    public async Task<MintJudgement> MintAsync(string sid, long expiresAt) => await bench.Store.AdmitAsync(sid, expiresAt / 1000);

    public async Task<MintJudgement> MintInVainAsync(string sid, long expiresAt, bool kept)
    {
        var standing = bench.Ledger.Current;
        if (kept)
            bench.Table.LoseAnswerThenFail("PutItem");
        else
            bench.Table.Fail("PutItem");
        try
        {
            var refused = await bench.Store.AdmitAsync(sid, expiresAt / 1000);
            return refused.IsAdmitted ? throw new InvalidOperationException("granted, though it could not be stored") : refused;
        }
        catch (StoreUnavailableException)
        {
            var ended = bench.Ledger.Current.Standing(Time.Seconds).Where(revocation => revocation.Decision.Sequence > standing.Sequence).Select(revocation => new AccountSlot(revocation.Subject.Value, 0, 0, 0, 0)).ToList();
            return new MintJudgement(MintOutcome.Admitted, limits, [], ended, 0);
        }
        finally
        {
            bench.Table.ComeBack();
        }
    }

    public async Task RenewAsync(string sid, long startedAt, long expiresAt) => await bench.Store.RenewAsync(sid, startedAt / 1000, expiresAt / 1000);

    public void See(string sid, long at) => bench.See(sid, at);

    public Task RevokeAsync(string sid) => bench.RevokeAsync(sid);

    public Task LiftAsync(string sid) => bench.LiftAsync(sid);

    public Task SweepAsync() => bench.Store.SweepAsync(CancellationToken.None);

    public Task KillAsync() => bench.KillAndReopenAsync();

    public async Task<int> CountAsync() => (await bench.Store.FindAsync(AccountBench.Tag)).Slots.Count + await bench.StoredAsync();

    public ValueTask DisposeAsync() => bench.DisposeAsync();
}
