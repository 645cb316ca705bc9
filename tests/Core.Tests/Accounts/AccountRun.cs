using FsCheck;
using FsCheck.Fluent;
using Portcullis.Tokens;

namespace Portcullis.Accounts;

/// <summary>Random histories of an account, run against a driver and held against the model.</summary>
internal sealed class AccountRun
{
    private const string Tag = "abcdefghij";

    private readonly IAccountDriver _driver;
    private readonly AccountLimits _limits;
    private readonly AccountModel _model = new();
    private long _startedAt, _sweptAt;

    private AccountRun(IAccountDriver driver, AccountLimits limits)
    {
        (_driver, _limits) = (driver, limits);
        _startedAt = Now;
    }

    /// <summary>What happens.</summary>
    internal enum Kind
    {
        Mint,
        MintInVain,
        See,
        SeeLate,
        Renew,
        Revoke,
        Lift,
        Pass,
        PassLong,
        ClockBack,
        ClockAhead,
        Sweep,
        Kill,
    }

    /// <summary>One thing that happens: what, and numbers that say to which session and how much.</summary>
    internal readonly record struct Step(Kind Kind, int Which, int Amount);

    /// <summary>Limits and what happens under them.</summary>
    internal sealed record History(AccountLimits Limits, IReadOnlyList<Step> Steps)
    {
        public override string ToString() => $"{Limits.MaxSessions}/{Limits.WhenFull}/{Limits.MaxOutstandingTokens}/{Limits.MintsPerMinute}: {string.Join(' ', Steps.Select(step => $"{step.Kind}({step.Which},{step.Amount})"))}";
    }

    public static Arbitrary<History> Histories =>
        (from sessions in Gen.Choose(1, 4)
         from full in Gen.Elements(WhenFull.Refuse, WhenFull.Refuse, WhenFull.EndOldest)
         from tokens in Gen.Choose(2, 12)
         from rate in Gen.Choose(2, 12)
         from steps in Steps.ListOf(80)
         select new History(new AccountLimits { MaxSessions = sessions, WhenFull = full, MaxOutstandingTokens = tokens, MintsPerMinute = rate }, [.. steps])).ToArbitrary();

    private static Gen<Step> Steps =>
        from kind in Gen.Frequency(
            (10, Gen.Constant(Kind.Mint)), (2, Gen.Constant(Kind.MintInVain)), (10, Gen.Constant(Kind.See)), (2, Gen.Constant(Kind.SeeLate)), (3, Gen.Constant(Kind.Renew)), (2, Gen.Constant(Kind.Revoke)),
            (2, Gen.Constant(Kind.Lift)), (8, Gen.Constant(Kind.Pass)), (1, Gen.Constant(Kind.PassLong)), (1, Gen.Constant(Kind.ClockBack)), (1, Gen.Constant(Kind.ClockAhead)), (2, Gen.Constant(Kind.Sweep)), (2, Gen.Constant(Kind.Kill)))
        from which in Gen.Choose(0, 1_000)
        from amount in Gen.Choose(0, 1_000)
        select new Step(kind, which, amount);

    private long Now => _driver.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Runs a history. Throws where the driver does what it must not.</summary>
    public static async Task RunAsync(History history, Func<AccountLimits, IAccountDriver> make)
    {
        await using var driver = make(history.Limits);
        var run = new AccountRun(driver, history.Limits);
        var number = 0;
        foreach (var step in history.Steps)
        {
            try
            {
                await run.TakeAsync(step, number++);
            }
            catch (Exception error) when (error is not InvalidOperationException)
            {
                throw new InvalidOperationException($"Step {number - 1}, {step}: {error.Message}", error);
            }
        }
        await run.EndAsync();
    }

    private async Task TakeAsync(Step step, int number)
    {
        switch (step.Kind)
        {
            case Kind.Mint:
                await MintAsync(number, step);
                break;
            case Kind.MintInVain:
                await MintInVainAsync(number, step);
                break;
            case Kind.See when Known(step.Which, session => Now < session.ExpiresAt) is { } session:
                See(session, Now);
                break;
            case Kind.SeeLate when Known(step.Which, session => Now < session.ExpiresAt) is { } session:
                See(session, Now - (step.Amount * 100));
                break;
            case Kind.Renew when Known(step.Which, session => !session.IsRevoked) is { } session:
                var expiresAt = ExpiryOf(step);
                await _driver.RenewAsync(session.Sid, session.MintedAt, expiresAt);
                session.ExpiresAt = Math.Max(session.ExpiresAt, expiresAt);
                break;
            case Kind.Revoke when Known(step.Which, session => !session.IsRevoked) is { } session:
                await _driver.RevokeAsync(session.Sid);
                session.IsRevoked = true;
                break;
            case Kind.Lift when Known(step.Which, session => session.IsRevoked) is { } session:
                await _driver.LiftAsync(session.Sid);
                session.IsRevoked = false;
                break;
            case Kind.Pass or Kind.PassLong or Kind.ClockAhead:
                _driver.Time.Advance(TimeSpan.FromMilliseconds(step.Kind == Kind.Pass ? step.Amount * 40 : step.Kind == Kind.PassLong ? step.Amount * 500 : 60_000 + (step.Amount * 4_000)));
                break;
            case Kind.ClockBack:
                _driver.Time.Advance(TimeSpan.FromMilliseconds(-step.Amount * 30));
                break;
            case Kind.Sweep:
                await SweepAsync();
                break;
            case Kind.Kill:
                await KillAsync(step);
                break;
            default:
                break;
        }
    }

    private async Task MintAsync(int number, Step step)
    {
        var (sid, expiresAt, now) = (SidOf(number), ExpiryOf(step), Now);
        var judgement = await _driver.MintAsync(sid, expiresAt);
        Check(judgement, now);
        if (!judgement.IsAdmitted)
            return;
        End(judgement, now);
        _model.Mint(sid, expiresAt, now);
        Require(_model.Certain(now) <= Math.Max(_limits.MaxSessions!.Value, 0), $"{_model.Certain(now)} sessions hold {_limits.MaxSessions} slots");
    }

    private async Task MintInVainAsync(int number, Step step)
    {
        var (sid, expiresAt, now) = (SidOf(number), ExpiryOf(step), Now);
        var judgement = await _driver.MintInVainAsync(sid, expiresAt, step.Which % 2 == 0);
        Check(judgement, now);
        if (!judgement.IsAdmitted)
            return;
        // Those were ended for it, whatever became of it.
        End(judgement, now);
        _model.Doubt(sid, expiresAt, now);
    }

    /// <summary>Granted where there is certainly no room, or refused where there certainly is.</summary>
    private void Check(MintJudgement judgement, long now)
    {
        var (minted, tokens, limit) = (_model.Minted(now), _model.Outstanding(now), _limits.MaxSessions!.Value);
        switch (judgement.Outcome)
        {
            case MintOutcome.TooFast:
                Require(minted.Most >= _limits.MintsPerMinute, $"too fast with {minted.Most} mints");
                Require(judgement.RetryAfter is >= 1 and <= 60, $"retry after {judgement.RetryAfter} s");
                break;
            case MintOutcome.TooManyTokens:
                Require(tokens.Most >= _limits.MaxOutstandingTokens, $"too many tokens with {tokens.Most}");
                Require(judgement.RetryAfter >= 1, $"retry after {judgement.RetryAfter} s");
                break;
            case MintOutcome.Full:
                Require(_model.Possible(now) >= limit, $"full with {_model.Possible(now)} of {limit}");
                Require(_limits.WhenFull == WhenFull.Refuse, "full, though the oldest should be ended");
                Require(judgement.Holders.Count >= limit && _model.Sessions.Where(session => AccountModel.IsCertain(session, now)).All(session => judgement.Holders.Any(holder => holder.Sid == session.Sid)), "a holder is not told");
                break;
            default:
                Require(minted.Least < _limits.MintsPerMinute, $"granted after {minted.Least} mints");
                Require(tokens.Least - judgement.ToEnd.Count < _limits.MaxOutstandingTokens, $"granted with {tokens.Least} tokens");
                Require(_model.Certain(now) - judgement.ToEnd.Count < limit, $"granted with {_model.Certain(now)} of {limit}, {judgement.ToEnd.Count} ended");
                break;
        }
    }

    private void End(MintJudgement judgement, long now)
    {
        Require(judgement.ToEnd.Count <= Math.Max(0, _model.Possible(now) + 1 - _limits.MaxSessions!.Value), $"{judgement.ToEnd.Count} were ended, with {_model.Possible(now)} there");
        var ended = _model.Sessions.Where(session => judgement.ToEnd.Any(slot => slot.Sid == session.Sid)).ToList();
        foreach (var session in ended)
            session.IsRevoked = true;
        if (ended.Count > 0)
            Require(_model.Sessions.Where(session => AccountModel.IsCertain(session, now)).All(session => session.MintedAt >= ended.Max(other => other.MintedAt)), "an older one was left");
    }

    private void See(AccountModel.Session session, long at)
    {
        _driver.See(session.Sid, at);
        _model.See(session, at, Now);
        // A line from before the start may be taken for one of a session that held its slot then.
        if (at < _startedAt)
            session.PossibleUntil = Math.Max(session.PossibleUntil, _startedAt + 60_000);
    }

    private async Task SweepAsync()
    {
        await _driver.SweepAsync();
        _model.Clean(Now);
        if (Now >= _startedAt + 60_000)
            _sweptAt = Now;
    }

    private async Task KillAsync(Step step)
    {
        var killedAt = Now;
        _driver.Time.Advance(TimeSpan.FromMilliseconds(step.Amount * (step.Which % 4 == 0 ? 400 : 10)));
        await _driver.KillAsync();
        _startedAt = Now;
        // A clock that went back after the last sweep leaves its time in the future.
        _model.Restart(Math.Max(killedAt, _sweptAt), _sweptAt, _startedAt);
        // What the stored sessions, up to 10 s old, and the lines read again tell.
        foreach (var session in _model.Sessions.Where(session => session.SeenAt > 0).ToList())
        {
            _driver.See(session.Sid, session.SeenAt - (step.Amount * 10));
            _driver.See(session.Sid, session.SeenAt);
        }
    }

    /// <summary>Once everything has been quiet for long enough, nothing is left.</summary>
    private async Task EndAsync()
    {
        _driver.Time.Advance(TimeSpan.FromSeconds(91));
        var now = Now;
        Check(await _driver.MintAsync(SidOf(-1), now + 1_000), now);
        _driver.Time.Advance(TimeSpan.FromSeconds(600 + 300 + 60));
        await _driver.SweepAsync();
        var left = await _driver.CountAsync();
        if (left != 0)
            throw new InvalidOperationException($"{left} are left after everything went quiet");
    }

    private AccountModel.Session? Known(int which, Func<AccountModel.Session, bool> fits)
    {
        var sessions = _model.Sessions.Where(session => !session.IsDoubtful && fits(session)).ToList();
        return sessions.Count == 0 ? null : sessions[which % sessions.Count];
    }

    /// <summary>Tokens end on whole seconds.</summary>
    private long ExpiryOf(Step step) => ((Now / 1000) + ((step.Which % 3) switch { 0 => 30, 1 => 120, _ => 600 })) * 1000;

    private static string SidOf(int number) => $"{Tag}_{number + SessionId.MinRandomLength:d16}";

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidOperationException(otherwise);
    }
}
