namespace Portcullis.Keys;

/// <summary>Each transition of the ring by itself; times in epoch seconds.</summary>
public sealed class KeyRingTests
{
    private const long Now = 1_800_000_000;
    private const int Life = 86_400;

    private static readonly KeyRotationOptions OnDemand = new() { RotateEvery = null }, Daily = new();
    private static readonly KeyRotationRequest Ordinary = new(false, "test", "tester"), Emergency = new(true, "leak", "tester");

    /// <summary>A ring with one key that signs and is held by both targets.</summary>
    private static readonly KeyRing Settled = Run(KeyRing.Begin(["k1"], Now, Now, Life), Now, Both("k1"));

    /// <summary>A target that has shown these keys, and nothing else, for a minute.</summary>
    private static TargetKeys Target(string name, params string[] keyIds) => Target(name, 60, keyIds);

    private static TargetKeys Target(string name, int seconds, params string[] keyIds) =>
        new(name, TimeSpan.FromSeconds(60), HeldKeys.Read(HeldKeys.Read(null, keyIds, TimeSpan.Zero), keyIds, TimeSpan.FromSeconds(seconds)));

    private static TargetKeys[] Both(params string[] keyIds) => [Target("a", keyIds), Target("b", keyIds)];

    /// <summary>Takes every step that is due.</summary>
    private static KeyRing Run(KeyRing ring, long now, IReadOnlyList<TargetKeys> targets, KeyRotationOptions? options = null)
    {
        while (ring.Step(now, targets, "fresh", options ?? OnDemand) is { } step)
        {
            Assert.Equal(ring.Version + 1, step.Ring.Version);
            ring = step.Ring;
        }
        return ring;
    }

    private static KeyRing Rotating(KeyRotationRequest request, string keyId = "k2", KeyRing? from = null) => (from ?? Settled).Request(request, Now, keyId).Step!.Ring;

    private static string StatesOf(KeyRing ring) => string.Join(' ', ring.Keys.Select(key => $"{key.KeyId}:{key.State}"));

    [Fact]
    public void Begin_FirstKey_SignsOnceEveryTargetHoldsIt()
    {
        var ring = KeyRing.Begin(["k1"], Now, Now, Life);
        var half = Run(ring, Now, [Target("a", "k1"), Target("b")]);
        var whole = Run(half, Now, Both("k1"));

        Assert.Null(half.Permit([Target("a", "k1"), Target("b")]));
        Assert.Equal(new MintPermit("k1", Now + KeyRing.Lease), whole.Permit(Both("k1")));
        Assert.Equal(["a", "b"], whole.Find("k1")!.HeldBy);
    }

    [Fact]
    public void Begin_SeveralKeysFromBefore_NewestSignsAndTheOthersVerifyOut()
    {
        var ring = KeyRing.Begin(["k0", "k1"], Now - 500, Now, Life);

        Assert.Equal("k0:Verifying k1:Signing", StatesOf(ring));
        Assert.Equal((Now + Life, Now - 500), (ring.Find("k0")!.Until, ring.Find("k1")!.Since));
    }

    [Fact]
    public void Request_NoneUnderWay_DrawsAPendingKey()
    {
        var (outcome, step) = Settled.Request(Ordinary, Now + 5, "k2");

        Assert.Equal((KeyRotationOutcome.Started, "k2"), (outcome, step!.Draw));
        Assert.Empty(step.Delete);
        Assert.Equal("k1:Signing k2:Pending", StatesOf(step.Ring));
        Assert.Equal(new KeyRotation("k2", false, "test", "tester", Now + 5), step.Ring.Rotation);
    }

    [Fact]
    public void Request_OneUnderWay_Joins()
    {
        Assert.Equal((KeyRotationOutcome.Joined, null), Rotating(Ordinary).Request(Ordinary, Now, "k3"));
        Assert.Equal((KeyRotationOutcome.Joined, null), Rotating(Emergency).Request(Ordinary, Now, "k3"));
        Assert.Equal((KeyRotationOutcome.Joined, null), Rotating(Emergency).Request(Emergency, Now, "k3"));
    }

    [Fact]
    public void Request_EmergencyOverAnOrdinaryOne_DropsItsKeyToo()
    {
        var (outcome, step) = Rotating(Ordinary).Request(Emergency, Now, "k3");

        Assert.Equal(KeyRotationOutcome.Started, outcome);
        Assert.Equal("k1:Signing k2:Retired k3:Pending", StatesOf(step!.Ring));
        Assert.Equal(("k3", "k2"), (step.Draw, Assert.Single(step.Delete)));
    }

    [Fact]
    public void Request_RingIsFull_OnlyAnEmergencyBegins()
    {
        var full = Settled with { Keys = [.. Enumerable.Range(0, KeyRing.MaxKeys - 1).Select(i => new RingKey($"v{i}", KeyState.Verifying, Now) { Until = Now + Life, HeldBy = ["a", "b"] }), .. Settled.Keys] };

        Assert.Equal((KeyRotationOutcome.Full, null), full.Request(Ordinary, Now, "k2"));
        Assert.Equal(KeyRotationOutcome.Started, full.Request(Emergency, Now, "k2").Outcome);
        Assert.Null(full.Step(Now + 2 * Life, Both([.. full.Keys.Select(key => key.KeyId)]), "fresh", Daily)?.Ring.Rotation);
    }

    [Theory]
    [InlineData(59, "Pending")]
    [InlineData(60, "Signing")]
    public void Pending_HeldByAll_IsConfirmedAfterTheSettleTime(int seconds, string state)
    {
        var ring = Run(Rotating(Ordinary), Now, [Target("a", "k1", "k2"), Target("b", seconds, "k1", "k2")]);

        Assert.Equal(state, ring.Find("k2")!.State.ToString());
    }

    [Fact]
    public void Pending_OneTargetUnread_StaysPendingAndOldKeySigns()
    {
        var targets = new[] { Target("a", "k1", "k2"), new TargetKeys("b", TimeSpan.FromSeconds(60), null) };
        var ring = Run(Rotating(Ordinary), Now, targets);

        Assert.Equal("k1:Signing k2:Pending", StatesOf(ring));
        Assert.Equal("k1", ring.Permit(targets)!.KeyId);
        Assert.Equal(new AwaitedTarget("b", "could not be read yet"), Assert.Single(ring.StatusOf(Now, targets, OnDemand)!.WaitingFor));
    }

    [Fact]
    public void Confirmed_BeforeItSigns_IsStoredAsAStepOfItsOwn()
    {
        var seen = Rotating(Ordinary).Step(Now, Both("k1", "k2"), "fresh", OnDemand)!;
        var confirmed = seen.Ring.Step(Now + 1, Both("k1", "k2"), "fresh", OnDemand)!;
        var switched = confirmed.Ring.Step(Now + 2, Both("k1", "k2"), "fresh", OnDemand)!;

        Assert.Equal(["k1:Signing k2:Pending", "k1:Signing k2:Confirmed", "k1:Verifying k2:Signing"], new[] { seen, confirmed, switched }.Select(step => StatesOf(step.Ring)));
        Assert.Null(switched.Ring.Rotation);
        Assert.Equal(Now + 2, switched.Ring.LastRotation!.CompletedAt);
    }

    [Fact]
    public void Confirmed_TargetLosesIt_IsPendingAgain()
    {
        var confirmed = Rotating(Ordinary).Step(Now, Both("k1", "k2"), "fresh", OnDemand)!.Ring.Step(Now, Both("k1", "k2"), "fresh", OnDemand)!.Ring;

        Assert.Equal("k1:Signing k2:Pending", StatesOf(Run(confirmed, Now, [Target("a", "k1", "k2"), Target("b", "k1")])));
    }

    [Fact]
    public void Signing_KeyLostByATarget_NothingSignsUntilItIsBackAndSettled()
    {
        var lost = new[] { Target("a", "k1"), Target("b") };
        var back = new[] { Target("a", "k1"), Target("b", 59, "k1") };
        var after = Run(Settled, Now, lost);

        Assert.Null(Settled.Permit(lost));
        Assert.Contains("waiting for b", Settled.WhyNothingSigns(lost), StringComparison.Ordinal);
        Assert.Null(Run(after, Now, back).Permit(back));
        Assert.Equal("k1", Run(after, Now, Both("k1")).Permit(Both("k1"))!.KeyId);
    }

    /// <summary>The loss could not be written down, and the target was repaired meanwhile: it must spread the key all the same.</summary>
    [Fact]
    public void Signing_KeyLostAndBackBeforeTheLossWasStored_SettlesAgain()
    {
        var reads = new[] { (0, (string[])["k1"]), (1, []), (2, ["k1"]) };
        TargetKeys Repaired(int seconds) => new("b", TimeSpan.FromSeconds(60), reads.Append((seconds, ["k1"])).Aggregate((HeldKeys?)null, (before, read) => HeldKeys.Read(before, read.Item2, TimeSpan.FromSeconds(read.Item1))));

        Assert.Null(Settled.Permit([Target("a", "k1"), Repaired(61)]));
        Assert.NotNull(Settled.Permit([Target("a", "k1"), Repaired(62)]));
    }

    [Fact]
    public void Signing_KeyLostByATargetThatHoldsAnOlderOne_DoesNotFallBack()
    {
        var ring = Run(Rotating(Ordinary), Now, Both("k1", "k2"));
        var restored = new[] { Target("a", "k1", "k2"), Target("b", "k1") };

        Assert.Null(ring.Permit(restored));
        Assert.Null(Run(ring, Now, restored).Permit(restored));
    }

    [Fact]
    public void Signing_TargetUnreadAfterARestart_CountsByWhatItHeld() =>
        Assert.Equal("k1", Settled.Permit([Target("a", "k1"), new TargetKeys("b", TimeSpan.FromSeconds(60), null)])!.KeyId);

    [Fact]
    public void Signing_NewTargetWithoutTheKey_NothingSignsUntilItHoldsIt()
    {
        TargetKeys[] three = [.. Both("k1"), new TargetKeys("c", TimeSpan.FromSeconds(60), null)];

        Assert.Null(Settled.Permit(three));
        Assert.NotNull(Run(Settled, Now, [.. Both("k1"), Target("c", "k1")]).Permit([.. Both("k1"), Target("c", "k1")]));
    }

    [Fact]
    public void Signing_LeaseRunsOut_IsExtendedInTime()
    {
        Assert.Null(Settled.Step(Now + KeyRing.Lease - KeyRing.LeaseLeft, Both("k1"), "fresh", OnDemand));
        Assert.Equal(Now + 1_801 + KeyRing.Lease, Settled.Step(Now + 1_801, Both("k1"), "fresh", OnDemand)!.Ring.Find("k1")!.SignsUntil);
        Assert.Null(Settled.Step(Now - 1_000_000, Both("k1"), "fresh", OnDemand));
    }

    [Fact]
    public void Switch_ClockWasSetBack_OldKeyVerifiesAsLongAsItsYoungestTokenMayLive()
    {
        var ring = Run(Rotating(Ordinary), Now - 100_000, Both("k1", "k2"));

        Assert.Equal(Now + KeyRing.Lease + Life, ring.Find("k1")!.Until);
    }

    [Fact]
    public void Verifying_LastTokenEnded_IsRetiredWithItsSecretAndForgottenWhenNobodyHoldsIt()
    {
        var ring = Run(Rotating(Ordinary), Now, Both("k1", "k2"));
        var until = ring.Find("k1")!.Until!.Value;

        Assert.Equal("k1:Verifying k2:Signing", StatesOf(Run(ring, until - 1, Both("k1", "k2"))));
        var step = ring.Step(until, Both("k1", "k2"), "fresh", OnDemand)!;
        Assert.Equal(("k1", "k1:Retired k2:Signing"), (Assert.Single(step.Delete), StatesOf(step.Ring)));
        Assert.Equal("k1:Retired k2:Signing", StatesOf(Run(step.Ring, until, [Target("a", "k2"), Target("b", 59, "k2")])));
        Assert.Equal("k2:Signing", StatesOf(Run(step.Ring, until, Both("k2"))));
    }

    [Fact]
    public void Retired_TargetRestoredFromAnOldState_IsNotTakenUpAgain()
    {
        var retired = Run(Rotating(Emergency), Now, Both("k1", "k2"));

        Assert.Equal("k1:Retired k2:Signing", StatesOf(retired));
        Assert.Equal("k1:Retired k2:Signing", StatesOf(Run(retired, Now + Life, Both("k1", "k2"))));
        Assert.NotNull(retired.Rotation);
    }

    [Fact]
    public void Emergency_FromTheRequestOn_NothingSignsUntilTheNewKeyIsConfirmed()
    {
        var ring = Rotating(Emergency);
        var seen = ring.Step(Now, Both("k1", "k2"), "fresh", OnDemand)!.Ring;
        var confirmed = seen.Step(Now, Both("k1", "k2"), "fresh", OnDemand)!.Ring;
        var replaced = confirmed.Step(Now, Both("k1", "k2"), "fresh", OnDemand)!;

        Assert.All([ring, seen, confirmed], stage => Assert.Null(stage.Permit(Both("k1", "k2"))));
        Assert.Contains("emergency", ring.WhyNothingSigns(Both("k1")), StringComparison.Ordinal);
        Assert.Equal(("k1:Retired k2:Signing", "k1"), (StatesOf(replaced.Ring), Assert.Single(replaced.Delete)));
        Assert.Equal("k2", replaced.Ring.Permit(Both("k1", "k2"))!.KeyId);
    }

    [Fact]
    public void Emergency_OldKeysStillHeld_IsCompleteOnlyWhenTheyAreGone()
    {
        var dropping = Run(Rotating(Emergency), Now, Both("k1", "k2"));

        Assert.Equal(RotationStage.Dropping, dropping.StatusOf(Now, Both("k1", "k2"), OnDemand)!.Stage);
        Assert.Equal("still holds an old key", dropping.StatusOf(Now, [Target("a", "k2"), Target("b", "k1", "k2")], OnDemand)!.WaitingFor.Single().Reason);
        Assert.Null(Run(dropping, Now, Both("k2")).Rotation);
    }

    [Theory]
    [InlineData(Life - 1, false)]
    [InlineData(Life, true)]
    [InlineData(-Life, true)]
    public void Schedule_KeyIsOldEnough_RotationBegins(long age, bool begins) =>
        Assert.Equal(begins, Run(Settled, Now + age, Both("k1"), Daily).Rotation is { By: "schedule", KeyId: "fresh" });

    [Fact]
    public void Schedule_Off_NeverBegins() => Assert.Null(Run(Settled, Now + (1_000L * Life), Both("k1")).Rotation);

    [Theory]
    [InlineData(599, false)]
    [InlineData(600, true)]
    [InlineData(-600, true)]
    public void Status_RotationThatLasts_IsStuckAfterTenMinutes(long age, bool stuck) =>
        Assert.Equal(stuck, Rotating(Ordinary).StatusOf(Now + age, Both("k1"), OnDemand)!.IsStuck);

    [Fact]
    public void Step_NothingNew_IsNothing() => Assert.Null(Settled.Step(Now, Both("k1"), "fresh", Daily));
}
