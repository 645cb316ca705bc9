using Portcullis.Accounts;
using Portcullis.Revocations;

namespace Portcullis.Local.Tests.Accounts;

/// <summary>The store in SQLite.</summary>
internal sealed class StoreDriver(AccountLimits limits) : IAccountDriver
{
    private readonly AccountBench _bench = new(limits);

    public ManualTime Time => _bench.Time;

    public async Task<MintJudgement> MintAsync(string sid, long expiresAt) => await _bench.Store.AdmitAsync(sid, expiresAt / 1000);

    public async Task<MintJudgement> MintInVainAsync(string sid, long expiresAt, bool kept)
    {
        var standing = _bench.Ledger.Current;
        if (await _bench.AdmitInVainAsync(sid, expiresAt / 1000) is { } refused)
            return refused;
        // Endings that were under way when the caller left are in the ledger all the same; the mint itself had not begun then.
        var ended = _bench.Ledger.Current.Standing(Time.Seconds).Where(revocation => revocation.Decision.Sequence > standing.Sequence).Select(revocation => new AccountSlot(revocation.Subject.Value, 0, 0, 0, 0)).ToList();
        if (kept && ended.Count == 0)
            _bench.InsertRow(sid, Time.GetUtcNow().ToUnixTimeMilliseconds(), expiresAt);
        return new MintJudgement(MintOutcome.Admitted, limits, [], ended, 0);
    }

    public async Task RenewAsync(string sid, long startedAt, long expiresAt) => await _bench.Store.RenewAsync(sid, startedAt / 1000, expiresAt / 1000);

    public void See(string sid, long at) => _bench.See(sid, at);

    public Task RevokeAsync(string sid) => _bench.RevokeAsync(sid);

    public Task LiftAsync(string sid) => _bench.LiftAsync(sid);

    public Task SweepAsync() => _bench.Store.SweepAsync();

    public Task KillAsync() => _bench.KillAndReopenAsync();

    public async Task<int> CountAsync() => (await _bench.Store.FindAsync(AccountBench.Tag)).Slots.Count + (int)_bench.Count("account_sessions");

    public ValueTask DisposeAsync() => _bench.DisposeAsync();
}
