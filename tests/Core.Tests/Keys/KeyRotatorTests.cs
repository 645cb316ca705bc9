using Portcullis.Engine;
using Portcullis.Keys.Model;

namespace Portcullis.Keys;

/// <summary>What a rotator does before a target that lost keys is put right.</summary>
public sealed class KeyRotatorTests
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(60);
    private static readonly KeyRotationOptions OnDemand = new() { RotateEvery = null };

    private readonly ManualTime _time = new();
    private readonly WorldDisk _disk;
    private HeldKeys? _held;

    public KeyRotatorTests() => _disk = new WorldDisk
    {
        Ring = KeyRing.Begin(["k1"], _time.Seconds, _time.Seconds, 86_400),
        Secrets = { "k1" },
    };

    private IReadOnlyList<string> HeldBy => _disk.Ring.Find("k1")!.HeldBy;

    private void Read(params string[] keyIds) => _held = HeldKeys.Read(_held, keyIds, _time.GetElapsedTime(0));

    private KeyRotator Rotator(IKeyRingStore store, TimeSpan? settle = null) => new(store, [new KeyTarget("store", settle ?? Settle, () => _held, () => { })], OnDemand, _time);

    /// <summary>A rotator whose target held the key everywhere, and was then read without it.</summary>
    private async Task<KeyRotator> AfterALossAsync(IKeyRingStore store, TimeSpan? settle = null)
    {
        var rotator = Rotator(store, settle);
        Read("k1");
        _time.Advance(Settle);
        Read("k1");
        await rotator.AdvanceAsync(default);
        Assert.Equal(["store"], HeldBy);
        Read();
        return rotator;
    }

    [Fact]
    public async Task StoreLosses_KeyWasSeenMissing_IsOnDiskWhenItReturns()
    {
        var rotator = await AfterALossAsync(new WorldStore(_disk));
        await rotator.StoreLossesAsync("store");

        Assert.Empty(HeldBy);
    }

    [Fact]
    public async Task StoreLosses_NothingWasLostThere_StoresNothing()
    {
        var rotator = await AfterALossAsync(new WorldStore(_disk));
        var version = _disk.Ring.Version;
        await rotator.StoreLossesAsync("another");

        Assert.Equal(version, _disk.Ring.Version);
    }

    [Fact]
    public async Task StoreLosses_TargetThatSpreadsNothing_DoesNotWaitForTheStore()
    {
        var rotator = await AfterALossAsync(new WorldStore(_disk), TimeSpan.Zero);
        _disk.Fault = Fault.Fails;
        await rotator.StoreLossesAsync("store");

        Assert.Equal(Fault.Fails, _disk.Fault);
    }

    [Fact]
    public async Task StoreLosses_StoreFails_RefusesForAsLongAsThatIsBearableAndNothingSigns()
    {
        var store = new WorldStore(_disk);
        var rotator = await AfterALossAsync(store);
        _disk.Fault = Fault.Fails;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await rotator.StoreLossesAsync("store"));
        _time.Advance(KeyRotator.LossPatience - TimeSpan.FromSeconds(1));
        _disk.Fault = Fault.Fails;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await rotator.StoreLossesAsync("store"));
        _time.Advance(TimeSpan.FromSeconds(1));
        _disk.Fault = Fault.Fails;
        await rotator.StoreLossesAsync("store");

        Assert.Equal(["store"], HeldBy);
        Assert.Null(store.SigningAt(_time.Seconds));
    }

    [Fact]
    public async Task StoreLosses_StoreWorkedInBetween_IsGivenItsTimeAnew()
    {
        var rotator = await AfterALossAsync(new WorldStore(_disk));
        _disk.Fault = Fault.Fails;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await rotator.StoreLossesAsync("store"));
        await rotator.AdvanceAsync(default);
        Read("k1");
        _time.Advance(Settle);
        Read("k1");
        await rotator.AdvanceAsync(default);
        Read();
        _disk.Fault = Fault.Fails;

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await rotator.StoreLossesAsync("store"));
    }

    [Fact]
    public async Task StoreLosses_StoreDoesNotAnswer_WaitsNoLongerThanThat()
    {
        var store = new SilentStore(new WorldStore(_disk));
        var rotator = await AfterALossAsync(store);
        store.Gate = new TaskCompletionSource();
        var storing = rotator.StoreLossesAsync("store").AsTask();
        await Poll.UntilAsync(() => _time.IsAwaited, "the wait has begun");
        Assert.False(storing.IsCompleted);
        _time.Advance(KeyRotator.LossPatience);
        await storing.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["store"], HeldBy);
        store.Gate.SetResult();
    }

    /// <summary>A store whose commits answer when the gate opens.</summary>
    private sealed class SilentStore(WorldStore store) : IKeyRingStore
    {
        public TaskCompletionSource? Gate { get; set; }

        public KeyRing Ring => store.Ring;

        public ValueTask<KeyRing> ReadAsync(CancellationToken cancellation = default) => store.ReadAsync(cancellation);

        public async ValueTask<KeyRing> CommitAsync(KeyRingStep step, CancellationToken cancellation = default)
        {
            if (Gate is { } gate)
                await gate.Task;
            return await store.CommitAsync(step, cancellation);
        }

        public void Permit(MintPermit? permit) => store.Permit(permit);
    }

    [Fact]
    public async Task Follow_TargetShowsAKeyOfAnotherProcess_KnowsItAndAsksOnce()
    {
        var (here, there) = (Follower(new WorldStore(_disk)), Rotator(new WorldStore(_disk)));
        await there.RotateAsync(new KeyRotationRequest(false, "ada", "planned"));
        var drawn = there.Ring.Rotation!.KeyId;
        Read("k1", drawn, "v1-key");

        Assert.Null(here.Ring.Find(drawn));
        Assert.True(await here.FollowAsync("store"));
        Assert.NotNull(here.Ring.Find(drawn));
        // The v1 key is no key of the ring, and was looked for.
        Assert.False(await here.FollowAsync("store"));
        Assert.False(await here.FollowAsync("another"));
    }

    [Fact]
    public async Task Follow_NobodyElseRotates_ReadsNothing()
    {
        var alone = Rotator(new WorldStore(_disk));
        Read("k1", "stranger");

        Assert.False(await alone.FollowAsync("store"));
    }

    [Fact]
    public async Task Follow_StoreCannotBeRead_HoldsUpTheWriteForAWhileOnly()
    {
        var store = new UnreadableStore(_disk);
        var rotator = Follower(store);
        Read("k1", "stranger");
        _time.Advance(FollowEvery);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await rotator.AdvanceAsync(default));

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await rotator.FollowAsync("store"));
        _time.Advance(KeyRotator.LossPatience);
        Assert.False(await rotator.FollowAsync("store"));
    }

    [Fact]
    public async Task Advance_EmergencyAtAnotherProcess_SignsNothingMoreWithinAWhile()
    {
        var store = new WorldStore(_disk);
        var (here, there) = (Follower(store), Rotator(new WorldStore(_disk)));
        Read("k1");
        _time.Advance(Settle);
        Read("k1");
        await here.AdvanceAsync(default);
        Assert.Equal("k1", store.SigningAt(_time.Seconds));
        await there.AdvanceAsync(default);
        await there.RotateAsync(new KeyRotationRequest(true, "ada", "stolen"));

        _time.Advance(FollowEvery);
        await here.AdvanceAsync(default);

        Assert.Null(store.SigningAt(_time.Seconds));
    }

    private static readonly TimeSpan FollowEvery = TimeSpan.FromSeconds(5);

    private KeyRotator Follower(IKeyRingStore store) => new(store, [new KeyTarget("store", Settle, () => _held, () => { })], OnDemand with { FollowEvery = FollowEvery }, _time);

    private sealed class UnreadableStore(WorldDisk disk) : IKeyRingStore
    {
        public KeyRing Ring => disk.Ring;

        public ValueTask<KeyRing> ReadAsync(CancellationToken cancellation = default) => throw new StoreUnavailableException("does not answer");

        public ValueTask<KeyRing> CommitAsync(KeyRingStep step, CancellationToken cancellation = default) => throw new StoreUnavailableException("does not answer");

        public void Permit(MintPermit? permit)
        {
        }
    }
}
