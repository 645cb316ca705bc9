using Portcullis.Engine;

namespace Portcullis.Revocations;

/// <summary>
/// A ledger that is crashed, whose commits are lost half way, and whose clock jumps; beside it the plain list of what it has acknowledged, from
/// which the model says what must hold.
/// </summary>
internal sealed class LedgerWorld : IAsyncDisposable
{
    public const int Limit = 5;

    private static readonly BreakerOptions Options = new() { PerMinute = Limit, LivePercent = 0, ConcentratedPercent = 100 };

    private readonly LedgerClock _clock;
    private readonly ILedgerDriver _driver;
    private readonly List<Decision> _acknowledged = [];
    // When each automatic revocation passed, on the clock that never goes back.
    private readonly List<(string? Asset, long At)> _passed = [];
    private int _number;
    private long _putOnAt = long.MinValue / 2;

    private LedgerWorld(LedgerClock clock, ILedgerDriver driver) => (_clock, _driver) = (clock, driver);

    public IRevocationLedger Ledger => _driver.Ledger;

    public long Now => _clock.GetUtcNow().ToUnixTimeSeconds();

    public IReadOnlyList<Decision> Acknowledged => _acknowledged;

    public static async Task<LedgerWorld> CreateAsync(Func<TimeProvider, BreakerOptions, Task<ILedgerDriver>> open)
    {
        var clock = new LedgerClock();
        return new LedgerWorld(clock, await open(clock, Options));
    }

    public void Pass(int seconds) => _clock.Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>Somebody sets the clock; when he sets it back, the next minute's sweep finds out.</summary>
    public async Task JumpAsync(int seconds)
    {
        _clock.Jump(TimeSpan.FromSeconds(seconds));
        _putOnAt = seconds > 0 ? _clock.Elapsed : _putOnAt;
        if (seconds < 0)
            await SweepAsync();
    }

    /// <summary>A verdict as the engine delivers it, on evidence that is some seconds old.</summary>
    public Decision Verdict(int sid, int asset, int evidenceAge) => Decisions.Revoke("", Subject.Session($"s{sid}"), DecisionSource.Auto, Now, Now + 86_400, Now - evidenceAge) with
    {
        Id = $"auto-s{sid}-{Ledger.Current.LastVoid(Subject.Session($"s{sid}"))?.Sequence ?? 0}",
        AssetId = $"a{asset}",
    };

    public Decision Person(DecisionKind kind, Subject subject) => Decisions.Of(kind, $"p{_number++}", subject, Now) with
    {
        Until = kind is DecisionKind.Revoke or DecisionKind.Release ? Now + 86_400 : 0,
        Answers = kind is DecisionKind.Release or DecisionKind.Drop ? Ledger.Current.FindHeld(subject, Now)?.Id ?? "none" : null,
    };

    /// <summary>Offers decisions at the same time, some of them twice.</summary>
    public async Task AppendAsync(params Decision[] decisions)
    {
        var receipts = await Task.WhenAll(decisions.Select(decision => Ledger.AppendAsync(decision).AsTask()));
        foreach (var receipt in receipts)
            Take(receipt);
    }

    /// <summary>Offers a decision whose outcome is never told, then again until it is.</summary>
    public async Task AppendThroughAFaultAsync(Decision decision)
    {
        await _driver.FailAsync(decision);
        Take(await Ledger.AppendAsync(decision));
    }

    /// <summary>Decisions that reach the store although their writer is told that they did not.</summary>
    public async Task LoseAnAnswerAsync(Decision decision)
    {
        ForgetTheMinuteThatTheClockHides();
        // What another ledger over the same store has written looks like a commit whose answer was lost.
        var receipt = await _driver.AppendByAnotherAsync(decision);
        await _driver.FailAsync(decision);
        var again = await Ledger.AppendAsync(decision);
        if (receipt.Effect == DecisionEffect.Applies)
        {
            Assert.Equal((DecisionEffect.AlreadyThere, receipt.Decision.Sequence), (again.Effect, again.Decision.Sequence));
            Take(receipt);
        }
        else
            Take(again);
    }

    public async Task CrashAsync()
    {
        ForgetTheMinuteThatTheClockHides();
        await _driver.CrashAsync();
    }

    public Task SweepAsync() => _driver.Retention.SweepAsync(default).AsTask();

    /// <summary>What must hold after every step.</summary>
    public async Task CheckAsync()
    {
        var model = new HoldModel(_acknowledged);
        foreach (var subject in _acknowledged.Select(decision => decision.Subject).Where(subject => subject.Kind == SubjectKind.Session).Distinct())
        {
            Assert.Equal(model.BlockedBy(subject, Now), Ledger.Current.Find(subject, Now)?.Decision.Id);
            Assert.Equal(model.HeldBy(subject, Now), Ledger.Current.FindHeld(subject, Now)?.Id);
            if (model.LastVoid(subject) is { } last && last.At.ToUnixTimeSeconds() + RevocationSnapshot.VoidRetention >= Now)
                Assert.Equal(last.Id, Ledger.Current.LastVoid(subject)?.Id);
        }
        Assert.Equal(model.IsDisarmed, Ledger.Current.Disarmed is not null);
        Assert.Equal(_acknowledged.Select(decision => decision.Id), (await Ledger.HistoryAsync(null, null, 1000)).Reverse().Select(decision => decision.Id));
        Assert.All(_passed, last => Assert.InRange(_passed.Count(other => other.Asset == last.Asset && other.At > last.At - Breaker.Window && other.At <= last.At), 1, Limit));
    }

    public async ValueTask DisposeAsync() => await _driver.DisposeAsync();

    private void Take(LedgerReceipt receipt)
    {
        var model = new HoldModel(_acknowledged);
        if (receipt.Effect == DecisionEffect.AlreadyThere)
        {
            Assert.Contains(_acknowledged, known => known.Id == receipt.Decision.Id && known.Sequence == receipt.Decision.Sequence);
            return;
        }
        Assert.Equal(model.Expect(receipt.Decision), receipt.Effect);
        if (receipt.Effect == DecisionEffect.Applies)
            Note(receipt.Decision);
    }

    /// <summary>A ledger that was just opened knows the last minute by the wall clock only: if that was put on, its breaker starts anew.</summary>
    private void ForgetTheMinuteThatTheClockHides()
    {
        if (_clock.Elapsed - _putOnAt < Breaker.Window)
            _passed.Clear();
    }

    private void Note(Decision decision)
    {
        Assert.DoesNotContain(_acknowledged, known => known.Id == decision.Id || known.Sequence >= decision.Sequence);
        _acknowledged.Add(decision);
        if (decision is { Kind: DecisionKind.Revoke, Source: DecisionSource.Auto })
            _passed.Add((decision.AssetId, _clock.Elapsed));
    }
}
