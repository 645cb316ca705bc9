using Portcullis.Enforcement.Waf;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Enforcement;

public sealed class EnforcerTests : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
    private static readonly Subject Pirate = Subject.Session("pirate"), Other = Subject.Session("other");

    private readonly ManualTime _time = new();
    private readonly TestTarget<LocalEdgePlan> _target = new(LocalEdgePlan.Empty);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Enforcer<LocalEdgePlan> _enforcer;
    private volatile RevocationSnapshot _state = RevocationSnapshot.Empty;
    private Task _running = Task.CompletedTask;

    public EnforcerTests() =>
        _enforcer = new Enforcer<LocalEdgePlan>(_target, () => LocalEdgePlan.Draw(_state, Gate.LiveKeys, _time.Seconds), new LocalEdgePlanMeasure(), _time);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private void Start() => _running = Task.Run(() => _enforcer.RunAsync(_stopping.Token));

    private async Task StartEnforcedAsync()
    {
        Start();
        await Poll.UntilAsync(() => _enforcer.Status.LastError is null, "the first write");
    }

    private void Revoke(Subject subject, long seconds = 3_600)
    {
        _state = _state.Apply(Decisions.Revoke($"d{_state.Sequence + 1}", subject, until: _time.Seconds + seconds) with { Sequence = _state.Sequence + 1 });
        _enforcer.Signal();
    }

    [Fact]
    public async Task Run_Started_WritesThePlanWithoutASignal()
    {
        Assert.Equal("not written yet", _enforcer.Status.LastError);
        await StartEnforcedAsync();

        Assert.Same(Gate.LiveKeys, _target.Held.Keys);
        Assert.Equal(2, _enforcer.Status.Keys);
        Assert.Equal(_time.GetUtcNow(), _enforcer.Status.LastWrite);
    }

    [Fact]
    public async Task Signal_StateChanged_TargetHoldsIt()
    {
        await StartEnforcedAsync();
        Revoke(Pirate);
        await Poll.UntilAsync(() => _enforcer.Status.Version == 1, "version 1");

        Assert.True(_target.Held.IsRevoked("pirate", _time.Seconds));
        Assert.Equal((1, 1, 0.0), (_enforcer.Status.Wanted, _enforcer.Status.Entries, _enforcer.Status.LagMilliseconds));
    }

    [Fact]
    public async Task Signal_ManyDuringAWrite_AreOneFurtherWrite()
    {
        await StartEnforcedAsync();
        var gate = new TaskCompletionSource();
        _target.Gate = gate.Task;
        Revoke(Pirate);
        await Poll.UntilAsync(() => _target.Written.Count == 2, "a write under way");
        for (var i = 0; i < 100; i++)
            Revoke(Subject.Session($"s{i}"));
        gate.SetResult();
        await Poll.UntilAsync(() => _enforcer.Status.Version == 101, "version 101");

        Assert.Equal(3, _target.Written.Count);
        Assert.Equal(101, _target.Held.Sids.Count);
    }

    [Fact]
    public async Task Signal_DuringAWrite_LagCountsFromTheSignal()
    {
        await StartEnforcedAsync();
        var gate = new TaskCompletionSource();
        _target.Gate = gate.Task;
        Revoke(Pirate);
        await Poll.UntilAsync(() => _target.Written.Count == 2, "a write under way");
        Revoke(Other);
        _time.Advance(TimeSpan.FromSeconds(3));
        gate.SetResult();
        await Poll.UntilAsync(() => _enforcer.Status.Version == 2, "version 2");

        Assert.Equal(3_000, _enforcer.Status.LagMilliseconds);
    }

    [Fact]
    public async Task Signal_PlanAsksTheSame_WritesNothingAndMovesTheVersion()
    {
        await StartEnforcedAsync();
        Revoke(Pirate, seconds: -1);
        await Poll.UntilAsync(() => _enforcer.Status.Version == 1, "version 1");

        Assert.Single(_target.Written);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_TargetFails_SaysSoAndRecoversWithTheWholeLag(bool whileReading)
    {
        await StartEnforcedAsync();
        var failure = new IOException("target is down");
        if (whileReading)
            _target.ReadFailure = failure;
        else
            _target.WriteFailure = failure;
        var since = _time.GetUtcNow();
        Revoke(Pirate);
        await Poll.UntilAsync(_time, Step, () => _enforcer.Status.LagMilliseconds > 5_000, "a lag of 5 s");
        Revoke(Other);
        var failing = _enforcer.Status;
        _target.ReadFailure = _target.WriteFailure = null;
        await Poll.UntilAsync(_time, Step, () => _enforcer.Status.LastError is null, "recovery");

        Assert.Equal("target is down", failing.LastError);
        Assert.Equal((0, 1), (failing.Version, failing.Wanted));
        Assert.Equal(2, _enforcer.Status.Version);
        Assert.InRange(_enforcer.Status.LagMilliseconds, 5_000, (_time.GetUtcNow() - since).TotalMilliseconds);
    }

    [Fact]
    public async Task Run_TargetKeepsFailing_TriesEverMoreRarely()
    {
        var attempts = new List<DateTimeOffset>();
        _target.Attempted = () => attempts.Add(_time.GetUtcNow());
        _target.ReadFailure = new IOException("target is down");
        Start();
        await Poll.UntilAsync(_time, Step, () => _target.Attempts >= 12, "12 attempts");

        var pauses = attempts.Zip(attempts.Skip(1), (before, after) => (after - before).TotalSeconds).ToList();
        Assert.InRange(pauses[0], 0.05, 0.3);
        Assert.InRange(pauses[^1], 5, 15.1);
    }

    [Fact]
    public async Task Run_RevocationEnds_DropsOutAndTheEmptiedListIsWritten()
    {
        await StartEnforcedAsync();
        Revoke(Pirate, seconds: 60);
        await Poll.UntilAsync(() => _enforcer.Status.Entries == 1, "the entry");
        await Poll.UntilAsync(_time, TimeSpan.FromSeconds(5), () => _enforcer.Status.Entries == 0, "the entry's end");

        Assert.Empty(_target.Held.Sids);
        Assert.Equal(3, _target.Written.Count);
    }

    [Fact]
    public async Task Run_TargetChangedBehindItsBack_IsPutRight()
    {
        await StartEnforcedAsync();
        _target.Held = LocalEdgePlan.Draw(_state, KeySet.Empty, 0);
        await Poll.UntilAsync(_time, TimeSpan.FromSeconds(1), () => ReferenceEquals(_target.Held.Keys, Gate.LiveKeys), "the keys");

        Assert.Equal(2, _target.Written.Count);
    }

    [Fact]
    public async Task Run_TargetWithLeastInterval_CoalescesChangesToIt()
    {
        var writes = new List<DateTimeOffset>();
        _target.LeastInterval = TimeSpan.FromSeconds(1);
        _target.Writing = () => writes.Add(_time.GetUtcNow());
        await StartEnforcedAsync();
        for (var i = 0; i < 20; i++)
            Revoke(Subject.Session($"early{i}"));
        await Poll.UntilAsync(_time, Step, () => _enforcer.Status.Version == 20, "the first twenty");
        for (var i = 0; i < 20; i++)
        {
            Revoke(Subject.Session($"late{i}"));
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }
        await Poll.UntilAsync(_time, Step, () => _enforcer.Status.Version == 40, "the others");

        Assert.Equal(3, writes.Count);
        Assert.All(writes.Zip(writes.Skip(1), (before, after) => (after - before).TotalSeconds), pause => Assert.True(pause >= 1));
        Assert.Equal(40, _target.Held.Sids.Count);
    }

    [Fact]
    public async Task Run_FailingTargetWithLeastInterval_IsNotTriedFaster()
    {
        var writes = new List<DateTimeOffset>();
        _target.LeastInterval = TimeSpan.FromSeconds(1);
        _target.Writing = () => writes.Add(_time.GetUtcNow());
        _target.WriteFailure = new IOException("throttled");
        Start();
        await Poll.UntilAsync(_time, Step, () => writes.Count >= 4, "4 attempts");

        Assert.All(writes.Zip(writes.Skip(1), (before, after) => (after - before).TotalSeconds), pause => Assert.True(pause >= 1));
    }

    [Fact]
    public async Task Run_Conflict_IsReadAgainAndRetriedAtOnce()
    {
        await StartEnforcedAsync();
        var attempts = _target.Attempts;
        _target.Conflicts = Enforcer<LocalEdgePlan>.ConflictRetries;
        Revoke(Pirate);
        await Poll.UntilAsync(() => _enforcer.Status.Version == 1, "version 1, without the clock moving");

        Assert.Equal(attempts + Enforcer<LocalEdgePlan>.ConflictRetries + 1, _target.Attempts);
        Assert.True(_target.Held.IsRevoked("pirate", _time.Seconds));
        Assert.Null(_enforcer.Status.FailingSince);
    }

    [Fact]
    public async Task Run_ConflictAgainAndAgain_IsAFailureAndRecovers()
    {
        await StartEnforcedAsync();
        _target.Conflicts = Enforcer<LocalEdgePlan>.ConflictRetries + 1;
        var since = _time.GetUtcNow();
        Revoke(Pirate);
        await Poll.UntilAsync(() => _enforcer.Status.LastError is not null, "a failure");
        var failing = _enforcer.Status;
        await Poll.UntilAsync(_time, Step, () => _enforcer.Status.LastError is null, "recovery");

        Assert.Equal(new TargetConflictException().Message, failing.LastError);
        Assert.Equal(since, failing.FailingSince);
        Assert.Equal((1, null), (_enforcer.Status.Version, _enforcer.Status.FailingSince));
    }

    [Fact]
    public async Task Run_AnswerOfAWriteIsLost_TheNextReadingTellsAndNothingIsWrittenTwice()
    {
        await StartEnforcedAsync();
        _target.LostAnswer = new TimeoutException("no answer");
        Revoke(Pirate);
        await Poll.UntilAsync(() => _enforcer.Status.LastError == "no answer", "a failure");
        var written = _time.GetUtcNow();
        await Poll.UntilAsync(_time, Step, () => _enforcer.Status.LastError is null, "recovery");

        Assert.Equal(2, _target.Written.Count);
        Assert.Equal((1, 1), (_enforcer.Status.Version, _enforcer.Status.Entries));
        Assert.Equal(written, _enforcer.Status.LastWrite);
    }

    [Fact]
    public async Task Run_WriteThatFailedIsNoLongerWanted_IsNotSaidToHaveHappened()
    {
        await StartEnforcedAsync();
        var written = _enforcer.Status.LastWrite;
        _target.WriteFailure = new IOException("target is down");
        Revoke(Pirate);
        await Poll.UntilAsync(() => _enforcer.Status.LastError == "target is down", "a failure");
        _state = _state.Apply(Decisions.Lift("d2", Pirate) with { Sequence = 2 });
        await Poll.UntilAsync(_time, Step, () => _enforcer.Status.LastError is null, "recovery");

        Assert.Equal(written, _enforcer.Status.LastWrite);
        Assert.Single(_target.Written);
    }

    [Fact]
    public async Task Status_TargetIsSlow_ShowsTheLagGrowing()
    {
        await StartEnforcedAsync();
        var gate = new TaskCompletionSource();
        _target.Gate = gate.Task;
        Revoke(Pirate);
        await Poll.UntilAsync(() => _target.Written.Count == 2, "a write under way");
        _time.Advance(TimeSpan.FromSeconds(40));
        var waiting = _enforcer.Status;
        gate.SetResult();
        await Poll.UntilAsync(() => _enforcer.Status.Version == 1, "version 1");

        Assert.Equal((0, 1, 40_000.0), (waiting.Version, waiting.Wanted, waiting.LagMilliseconds));
        Assert.Equal(2, _target.Written.Count);
    }

    [Fact]
    public async Task Status_TargetFails_SaysSinceWhen()
    {
        Assert.Equal(_time.GetUtcNow(), _enforcer.Status.FailingSince);
        await StartEnforcedAsync();
        _target.ReadFailure = new IOException("target is down");
        var since = _time.GetUtcNow();
        Revoke(Pirate);
        await Poll.UntilAsync(() => _enforcer.Status.LastError is not null, "a failure");
        await Poll.UntilAsync(_time, Step, () => _enforcer.Status.LagMilliseconds > 2_000, "a lag of 2 s");

        Assert.Equal(since, _enforcer.Status.FailingSince);
    }

    [Fact]
    public async Task Run_PlanWithTooLittleRoom_StatusCountsWhatIsLeftOut()
    {
        var blocks = Enumerable.Range(0, 50).Select(i => new Block(Subject.Session($"aB3dE6gH9jK{i:00}"), _time.Seconds + 60)).ToList();
        var target = new TestTarget<WafPlan>(WafPlan.Empty);
        var enforcer = new Enforcer<WafPlan>(target, () => WafPlan.Draw(blocks, WafPlan.StatementCapacity, version: 50), new WafPlanMeasure(), _time);
        var running = Task.Run(() => enforcer.RunAsync(_stopping.Token));
        await Poll.UntilAsync(() => enforcer.Status.Version == 50, "version 50");
        var full = enforcer.Status;
        blocks = [];
        enforcer.Signal();
        await Poll.UntilAsync(() => enforcer.Status.Entries == 0, "the emptied list");

        Assert.Equal((32, 18, 0), (full.Entries, full.LeftOut, full.Keys));
        Assert.Empty(target.Held.Rules);
        Assert.Equal((0, null), (enforcer.Status.LeftOut, enforcer.Status.LastError));
        await _stopping.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Run_TargetRead_SaysWhichKeysItShowedAndWhenTheyChange()
    {
        var changes = 0;
        _enforcer.KeysChanged = () => Interlocked.Increment(ref changes);
        Assert.Null(_enforcer.HeldKeys);
        await StartEnforcedAsync();
        var atFirst = _enforcer.HeldKeys!;
        _enforcer.Signal();
        await Poll.UntilAsync(() => Volatile.Read(ref changes) == 2, "the keys were read back");
        _target.Held = LocalEdgePlan.Draw(_state, KeySet.Empty, 0);
        _enforcer.Signal();
        await Poll.UntilAsync(() => Volatile.Read(ref changes) == 3, "their loss was seen");

        Assert.Empty(atFirst.KeyIds);
        Assert.Empty(_enforcer.HeldKeys!.KeyIds);
    }

    [Fact]
    public async Task Run_TargetMustBePutRight_WaitsForWhatComesBeforeTheWrite()
    {
        await StartEnforcedAsync();
        var stored = new TaskCompletionSource();
        var seen = new TaskCompletionSource<HeldKeys?>();
        _enforcer.BeforeWrite = async cancellation =>
        {
            seen.TrySetResult(_enforcer.HeldKeys);
            await stored.Task.WaitAsync(cancellation);
            return false;
        };
        _target.Held = LocalEdgePlan.Draw(_state, KeySet.Empty, 0);
        _enforcer.Signal();
        var known = await seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var writes = _target.Written.Count;
        stored.SetResult();
        await Poll.UntilAsync(() => ReferenceEquals(_target.Held.Keys, Gate.LiveKeys), "the keys");

        Assert.Empty(known!.KeyIds);
        Assert.Equal((1, 2), (writes, _target.Written.Count));
    }

    [Fact]
    public async Task Run_WhatComesBeforeTheWriteFails_NothingIsWrittenUntilItDoesNot()
    {
        await StartEnforcedAsync();
        _enforcer.BeforeWrite = _ => throw new StoreUnavailableException("disk full");
        Revoke(Pirate);
        await Poll.UntilAsync(() => _enforcer.Status.LastError is not null, "a failure");
        await Poll.UntilAsync(_time, Step, () => _enforcer.Status.LagMilliseconds > 2_000, "some attempts");
        var (error, writes) = (_enforcer.Status.LastError, _target.Written.Count);
        _enforcer.BeforeWrite = _ => ValueTask.FromResult(false);
        await Poll.UntilAsync(_time, Step, () => _enforcer.Status.LastError is null, "recovery");

        Assert.Equal(("disk full", 1), (error, writes));
        Assert.True(_target.Held.IsRevoked("pirate", _time.Seconds));
    }

    [Fact]
    public async Task Run_AnotherPlanHoldsBeforeTheWrite_OnlyThatOneIsWritten()
    {
        await StartEnforcedAsync();
        var writes = _target.Written.Count;
        _enforcer.BeforeWrite = _ =>
        {
            var isNew = _state.Find(Other, _time.Seconds) is null;
            if (isNew)
                Revoke(Other);
            return ValueTask.FromResult(isNew);
        };
        Revoke(Pirate);
        await Poll.UntilAsync(() => _target.Written.Count > writes, "a write");

        Assert.Equal(writes + 1, _target.Written.Count);
        Assert.True(_target.Held.IsRevoked("other", _time.Seconds));
    }

    [Fact]
    public async Task Run_NothingToWrite_WaitsForNothing()
    {
        var awaited = 0;
        await StartEnforcedAsync();
        _enforcer.BeforeWrite = _ =>
        {
            Interlocked.Increment(ref awaited);
            return ValueTask.FromResult(false);
        };
        Revoke(Pirate, seconds: -1);
        await Poll.UntilAsync(() => _enforcer.Status.Version == 1, "version 1");

        Assert.Equal(0, awaited);
    }

    [Fact]
    public async Task Run_ReadFails_KnowsWhatItKnew()
    {
        await StartEnforcedAsync();
        _enforcer.Signal();
        await Poll.UntilAsync(() => _enforcer.HeldKeys!.Holds("k1"), "the keys were read back");
        _target.ReadFailure = new IOException("target is down");
        _enforcer.Signal();
        await Poll.UntilAsync(() => _enforcer.Status.LastError is not null, "a failure");

        Assert.True(_enforcer.HeldKeys!.Holds("k1"));
    }

    [Fact]
    public async Task Run_WriteInParts_GoesOnAtOnceWithWhatIsWantedByThen()
    {
        await StartEnforcedAsync();
        var parts = 0;
        var during = _enforcer.Status;
        _target.PartsBefore = 3;
        _target.Writing = () =>
        {
            if (++parts == 3)
            {
                during = _enforcer.Status;
                _time.Advance(TimeSpan.FromSeconds(1));
                Revoke(Other);
            }
        };
        Revoke(Pirate);
        await Poll.UntilAsync(() => _enforcer.Status.Version == 2, "version 2, without the clock being waited for");

        Assert.Equal((0, 1, null), (during.Version, during.Wanted, during.LastError));
        Assert.Equal([0, 1, 1, 1, 2], _target.Written.Select(plan => plan.Version));
        Assert.Equal(1_000, _enforcer.Status.LagMilliseconds);
    }

    [Fact]
    public async Task Run_WriteInPartsFailsInBetween_SaysSoAndGoesOn()
    {
        await StartEnforcedAsync();
        var parts = 0;
        _target.PartsBefore = 3;
        _target.Writing = () => _ = ++parts == 2 ? throw new IOException("target is down") : 0;
        Revoke(Pirate);
        await Poll.UntilAsync(() => _enforcer.Status.LastError == "target is down", "a failure");
        await Poll.UntilAsync(_time, Step, () => _enforcer.Status.Version == 1, "version 1");

        Assert.Null(_enforcer.Status.LastError);
        Assert.True(_target.Held.IsRevoked("pirate", _time.Seconds));
    }

    [Fact]
    public async Task Run_Cancelled_EndsAlsoWhileBackingOff()
    {
        _target.ReadFailure = new IOException("target is down");
        Start();
        await Poll.UntilAsync(() => _enforcer.Status.LastError == "target is down", "a failure");
        await _stopping.CancelAsync();

        await _running.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
