namespace Portcullis.Accounts;

/// <summary>Slots in memory, with rows that outlive a crash, as an engine keeps them.</summary>
internal sealed class SlotsDriver(AccountLimits limits) : IAccountDriver
{
    private readonly Dictionary<string, (long Minted, long Expires)> _rows = [];
    private readonly HashSet<string> _unwanted = [];
    private readonly HashSet<string> _revoked = [];
    private AccountSlots _slots = new();
    private long _startedAt = new ManualTime().GetUtcNow().ToUnixTimeMilliseconds(), _stoppedAt, _clock;

    public ManualTime Time { get; } = new();

    private long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public Task<MintJudgement> MintAsync(string sid, long expiresAt)
    {
        var judgement = Admit(sid, expiresAt);
        if (judgement.IsAdmitted)
            Keep(sid);
        return Task.FromResult(judgement);
    }

    public Task<MintJudgement> MintInVainAsync(string sid, long expiresAt, bool kept)
    {
        var judgement = Admit(sid, expiresAt);
        if (judgement.IsAdmitted)
        {
            if (kept)
                Keep(sid);
            _slots.Remove(sid);
            _unwanted.Add(sid);
        }
        return Task.FromResult(judgement);
    }

    public Task RenewAsync(string sid, long startedAt, long expiresAt)
    {
        if (_slots.Renew(sid, startedAt, expiresAt))
            Keep(sid);
        return Task.CompletedTask;
    }

    public void See(string sid, long at)
    {
        if (at < _startedAt)
            _slots.Recall(sid, at, _stoppedAt, _startedAt);
        else
            _slots.See(sid, at, Now);
    }

    public Task RevokeAsync(string sid)
    {
        _revoked.Add(sid);
        return Task.CompletedTask;
    }

    public Task LiftAsync(string sid)
    {
        _revoked.Remove(sid);
        return Task.CompletedTask;
    }

    public Task SweepAsync()
    {
        var gone = new List<string>();
        _slots.Sweep(Now, gone);
        foreach (var sid in gone.Concat(_unwanted))
            _rows.Remove(sid);
        _unwanted.Clear();
        if (Now >= _startedAt + AccountSlots.HoldFor)
            _clock = Now;
        return Task.CompletedTask;
    }

    public Task KillAsync()
    {
        (_slots, _startedAt, _stoppedAt) = (new AccountSlots(), Now, _clock);
        _unwanted.Clear();
        foreach (var (sid, row) in _rows)
            _slots.Restore(sid, row.Minted, row.Expires, _stoppedAt, _startedAt);
        return Task.CompletedTask;
    }

    public Task<int> CountAsync() => Task.FromResult(_slots.All.Count + _rows.Count);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private MintJudgement Admit(string sid, long expiresAt)
    {
        var judgement = _slots.Judge(limits, _revoked.Contains, Now);
        _revoked.UnionWith(judgement.ToEnd.Select(slot => slot.Sid));
        if (judgement.IsAdmitted)
            _slots.Mint(sid, expiresAt, Now);
        return judgement;
    }

    private void Keep(string sid)
    {
        var slot = _slots.Find(sid)!.Value;
        _rows[sid] = (slot.MintedAt, slot.ExpiresAt);
    }
}
