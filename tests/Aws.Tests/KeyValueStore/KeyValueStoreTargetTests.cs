using Portcullis.Aws.KeyValueStore;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Enforcement;
using Portcullis.Enforcement.KeyValueStores;
using Portcullis.Keys;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.KeyValueStore;

public sealed class KeyValueStoreTargetTests : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly ManualTime _time = new();
    private KeyValueStoreWorld _world = null!;

    private StrictKeyValueStore Store => _world.Store;

    public async Task InitializeAsync() => _world = await KeyValueStoreWorld.StartAsync(_time);

    public async Task DisposeAsync() => await _world.DisposeAsync();

    private Task EnforcedAsync(string what) => Poll.UntilAsync(_time, Step, () => _world.IsEnforced, what);

    private IEnumerable<string> Revoked => Store.Content.Keys.Where(key => key.StartsWith("s:", StringComparison.Ordinal) || key.StartsWith("a:", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    [Fact]
    public async Task Run_EmptyStore_HoldsKeysSettingsAndRevocations()
    {
        _world.Block(_world.Session("pirate"), new Block(Subject.Account("abcdefghij"), _world.Seconds + 60));
        _world.Run();
        await EnforcedAsync("the first plan");

        Assert.Equal(["a:abcdefghij", "c:signed", "k:k1", "s:pirate"], Store.Content.Keys.Order(StringComparer.Ordinal));
        Assert.Equal($"{_world.Seconds + 3_600}", Store.Content["s:pirate"]);
        Assert.Equal((2, 1, null), (_world.Enforcer.Status.Entries, _world.Enforcer.Status.Keys, _world.Target.Health.Error));
        Assert.Empty(Store.Refusals);
    }

    [Fact]
    public async Task Run_NothingChanged_OnlyAsksForTheVersion()
    {
        _world.Block(_world.Session("pirate"));
        _world.Run();
        await EnforcedAsync("the first plan");
        var (lists, updates, describes) = (Store.Lists, Store.Updates, Store.Describes);
        await Poll.UntilAsync(_time, TimeSpan.FromSeconds(1), () => Store.Describes >= describes + 20, "20 further readings");

        Assert.Equal((lists, updates), (Store.Lists, Store.Updates));
    }

    [Fact]
    public async Task Run_RevocationOfA_BlocksOnlyTheSessionA()
    {
        _world.Block(_world.Session("a"));
        _world.Run();
        await EnforcedAsync("the block");
        Assert.Equal(["s:a"], Revoked);

        _world.Block();
        await EnforcedAsync("the emptied list");
        Assert.Empty(Revoked);
        Assert.Equal(["c:signed", "k:k1"], Store.Content.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_RevocationEnds_IsSweptWithoutASignal()
    {
        _world.Block(_world.Session("short", seconds: 60), _world.Session("long"));
        _world.Run();
        await EnforcedAsync("both blocks");
        await Poll.UntilAsync(_time, TimeSpan.FromSeconds(5), () => Store.Content.Count == 3, "the end of the short one");

        Assert.Equal(["s:long"], Revoked);
    }

    [Fact]
    public async Task Run_KeysChange_AreWrittenAndSeen()
    {
        _world.Run();
        await EnforcedAsync("the first key");
        await Poll.UntilAsync(_time, TimeSpan.FromSeconds(1), () => _world.Enforcer.HeldKeys!.Holds("k1"), "the first key was read back");
        _world.HoldKeys(new KeySet("k2", [new SigningKey("k2", new byte[32], Enumerable.Repeat((byte)1, 32).ToArray())]));
        await Poll.UntilAsync(_time, TimeSpan.FromSeconds(1), () => _world.Enforcer.HeldKeys!.Holds("k2"), "the second was read back");

        Assert.False(_world.Enforcer.HeldKeys!.Holds("k1"));
        Assert.Equal(["c:signed", "k:k2"], Store.Content.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Read_ThreeThousandEntries_ListsAllInPagesOfFifty()
    {
        foreach (var i in Enumerable.Range(0, 3_210))
            Store.Put($"s:sid{i:0000}", "1800000100");

        var held = await _world.Target.ReadAsync(CancellationToken.None);

        Assert.Equal(3_210, held.Sids);
        Assert.Equal(65, Store.Lists);
    }

    [Fact]
    public async Task Run_StoreHeldOtherThings_AreRemovedAndTheirKeysSeen()
    {
        Store.Put("k:stolen", "{}");
        Store.Put("s:forgotten", "1");
        Store.Put("something else", "");
        _world.Block(_world.Session("pirate"));
        _world.Run();
        await EnforcedAsync("the plan and nothing else");

        Assert.Equal(["c:signed", "k:k1", "s:pirate"], Store.Content.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_SecondWriterInBetween_ConflictIsReadAgainAndConverges()
    {
        _world.Block(_world.Session("pirate"));
        _world.Run();
        await EnforcedAsync("the first plan");
        var raced = 0;
        Store.Updating = _ =>
        {
            if (Interlocked.Exchange(ref raced, 1) == 0)
            {
                Store.Put("s:pirate", null);
                Store.Put("s:intruder", "9999999999");
            }
        };
        _world.Block(_world.Session("pirate"), _world.Session("other"));
        await EnforcedAsync("the plan in spite of the other writer");

        Assert.Equal(["ConflictException"], Store.Refusals);
        Assert.Equal(["s:other", "s:pirate"], Revoked);
        Assert.Null(_world.Enforcer.Status.FailingSince);
    }

    [Fact]
    public async Task Run_ChangedBehindItsBack_IsPutRight()
    {
        _world.Block(_world.Session("pirate"));
        _world.Run();
        await EnforcedAsync("the first plan");
        Store.Put("k:k1", "{}");
        Store.Put("s:pirate", null);
        Assert.False(_world.IsEnforced);
        await EnforcedAsync("the plan again");
    }

    [Fact]
    public async Task Run_VersionHidesAChange_TheHourlyListingShowsIt()
    {
        _world.Block(_world.Sessions(60, seconds: 86_400));
        _world.Run();
        await EnforcedAsync("the first plan");
        var since = _time.GetUtcNow();
        Store.Corrupt("s:sid000000007", "0");
        await Poll.UntilAsync(_time, TimeSpan.FromSeconds(20), () => _world.IsEnforced, "the entry put right");

        Assert.InRange((_time.GetUtcNow() - since).TotalMinutes, 59, 70);
    }

    [Theory]
    [InlineData("throttled")]
    [InlineData("server error")]
    [InlineData("dropped")]
    public async Task Run_EveryOtherCallFails_ConvergesWithoutAFailure(string kind)
    {
        var calls = 0;
        _world.Proxy.Judge = (_, _) => Interlocked.Increment(ref calls) % 2 == 0 ? null : kind switch
        {
            "throttled" => Fault.Throttled("ThrottlingException"),
            "server error" => Fault.ServerError,
            _ => Fault.Dropped,
        };
        _world.Block(_world.Sessions(500));
        _world.Run();
        await EnforcedAsync("500 blocks");

        Assert.Null(_world.Target.Health.Error);
        Assert.Empty(Store.Refusals);
        Assert.Equal(502, Store.Content.Count);
    }

    [Fact]
    public async Task Run_AnswersOfWritesAreLost_ConvergesAndWritesNothingTwice()
    {
        var calls = 0;
        _world.Proxy.Judge = (request, _) => request.Method == "POST" && Interlocked.Increment(ref calls) % 3 == 0 ? Fault.AnswerLost : null;
        _world.Block(_world.Sessions(500));
        _world.Run();
        await EnforcedAsync("500 blocks");

        Assert.Equal(502, Store.Content.Count);
        // Each repetition met the ETag, and nothing else was refused.
        Assert.NotEmpty(Store.Refusals);
        Assert.All(Store.Refusals, refusal => Assert.Equal("ConflictException", refusal));
        Assert.Equal(11, Store.Updates - Store.Refusals.Count);
    }

    [Fact]
    public async Task Run_LastAnswerIsLost_TheNextReadingTells()
    {
        await using var world = await KeyValueStoreWorld.StartAsync(_time, retries: 0);
        world.Run();
        await Poll.UntilAsync(_time, Step, () => world.IsEnforced, "the first plan");
        world.Proxy.Judge = (request, _) => request.Method == "POST" ? Fault.AnswerLost : null;
        world.Block(world.Session("pirate"));
        await Poll.UntilAsync(_time, Step, () => world.IsEnforced, "the block");

        Assert.Equal(2, world.Store.Updates);
        Assert.Empty(world.Store.Refusals);
    }

    [Fact]
    public async Task Run_DownForMinutes_SaysSoAndConverges()
    {
        _world.Block(_world.Session("before"));
        _world.Run();
        await EnforcedAsync("the first plan");
        _world.Proxy.Judge = (_, _) => Fault.Dropped;
        var since = _time.GetUtcNow();
        _world.Block(_world.Session("before"), _world.Session("during"));
        await Poll.UntilAsync(_time, TimeSpan.FromSeconds(1), () => _time.GetUtcNow() - since > TimeSpan.FromMinutes(5), "five minutes");
        var (status, health) = (_world.Enforcer.Status, _world.Target.Health);
        _world.Proxy.Judge = null;
        await EnforcedAsync("what was wanted meanwhile");

        Assert.Equal("DescribeKeyValueStore was not answered.", status.LastError);
        Assert.Equal(status.LastError, health.Error);
        Assert.True(status.LagMilliseconds > 299_000);
        Assert.Equal(["s:before", "s:during"], Revoked);
        Assert.Null(_world.Target.Health.Error);
    }

    [Fact]
    public async Task Run_KilledInTheMiddleOfAWrite_ANewOneGoesOnFromWhatIsThere()
    {
        _world.Block(_world.Sessions(2_000));
        Store.Updating = number =>
        {
            if (number == 20)
                _ = _world.StopAsync();
            Thread.Sleep(1);
        };
        _world.Run();
        await Poll.UntilAsync(() => Store.Updates >= 20, "20 calls");
        await _world.StopAsync();
        await Poll.UntilAsync(() => Volatile.Read(ref Store.Busy) == 0, "the call that nobody waits for");
        var written = Store.Content.Count;
        var calls = Store.Updates;
        Store.Updating = null;

        using var client = Store.Connect(_time);
        await using var target = new KeyValueStoreTarget(client, _time);
        var plan = _world.Draw();
        var held = await target.ReadAsync(CancellationToken.None);
        await target.WriteAsync(plan, CancellationToken.None);

        Assert.InRange(written, 900, 1_500);
        Assert.Equal(written, held.Entries.Count);
        Assert.True(plan.AsksTheSameAs(KeyValueStorePlan.OfContent(Store.Content)));
        Assert.Equal((2_002 - written + 49) / 50, Store.Updates - calls);
    }

    [Fact]
    public async Task Run_UrgentBlockDuringALongWrite_OvertakesIt()
    {
        const int Many = 5_000;
        // Each call takes 100 ms, so that the whole takes 10 s.
        Store.Updating = number =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            if (number == 15)
                _world.Block([_world.Session("urgent", heat: 1), .. _world.Sessions(Many)]);
        };
        var overtook = 0;
        _world.Proxy.Judge = (request, body) =>
        {
            if (overtook == 0 && body.AsSpan().IndexOf("s:urgent"u8) >= 0)
                overtook = Store.Updates + 1;
            return null;
        };
        _world.Block(_world.Sessions(Many));
        _world.Run();
        await Poll.UntilAsync(() => _world.IsEnforced || Store.Content.Count == Many + 3, "all of it");

        Assert.InRange(overtook, 16, 26);
        Assert.True(Store.Content.ContainsKey("s:urgent"));
        Assert.Empty(Store.Refusals);
    }

    [Fact]
    public async Task Run_PartOfAWriteIsDone_TheVersionIsNotClaimedYet()
    {
        var gate = new TaskCompletionSource();
        Store.Updating = number =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            if (number == 5)
                gate.Task.Wait();
        };
        _world.Block(_world.Sessions(500));
        _world.Run();
        await Poll.UntilAsync(() => Store.Updates == 5, "5 calls");
        var status = _world.Enforcer.Status;
        gate.SetResult();
        await Poll.UntilAsync(() => _world.IsEnforced, "all of it");

        Assert.Equal((0, 2, null), (status.Version, status.Wanted, status.LastError));
        Assert.True(status.LagMilliseconds >= 4_000);
    }

    [Fact]
    public async Task Read_OtherWriterDuringEachListing_IsAFailureThatNamesIt()
    {
        foreach (var i in Enumerable.Range(0, 120))
            Store.Put($"s:sid{i:000}", "1800000100");
        _world.Proxy.Judge = (request, _) =>
        {
            if (request.Query.ContainsKey("NextToken"))
                Store.Put("s:intruder", $"{Store.Lists}");
            return null;
        };

        var error = await Assert.ThrowsAsync<KeyValueStoreException>(() => _world.Target.ReadAsync(CancellationToken.None).AsTask());

        Assert.Contains("another writer", error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, _world.Target.Health.Error);
    }

    [Fact]
    public async Task Run_Refused_NoSecretIsInErrors()
    {
        _world.Run();
        await EnforcedAsync("the first plan");
        Assert.Contains(KeyValueStoreWorld.Secret, Store.Content["k:k1"], StringComparison.Ordinal);
        using var client = Store.Connect(_time);
        var batch = new KeyValueStoreBatch([new KeyValueStoreEntry("k:k1", Store.Content["k:k1"]), new KeyValueStoreEntry("k:k2", new string('x', 1_025))], []);

        var refused = await Assert.ThrowsAsync<KeyValueStoreException>(() => client.UpdateAsync(batch, "EOLD", CancellationToken.None));

        Assert.Equal("UpdateKeys was answered 400 ValidationException (request 0f1e2d3c).", refused.Message);
        Assert.DoesNotContain(KeyValueStoreWorld.Secret[..16], refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Signature", refused.ToString(), StringComparison.Ordinal);
    }
}
