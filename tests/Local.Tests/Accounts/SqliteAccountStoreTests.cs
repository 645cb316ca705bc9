using Portcullis.Accounts;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Local.Tests.Accounts;

public sealed class SqliteAccountStoreTests
{
    private static readonly int Histories = Environment.GetEnvironmentVariable("PORTCULLIS_LONG") == "1" ? 1_000 : 25;

    private static readonly AccountLimits Three = new() { MaxSessions = 3, MintsPerMinute = 1_000 };

    [Fact]
    public async Task Admit_HundredAtOnceWithLimitThree_ThreeHoldSlotsOnDisk()
    {
        await using var bench = new AccountBench(Three);
        var judgements = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => bench.AdmitAsync())));

        Assert.Equal(3, judgements.Count(judgement => judgement.IsAdmitted));
        Assert.All(judgements.Where(judgement => !judgement.IsAdmitted), judgement => Assert.Equal((MintOutcome.Full, 3), (judgement.Outcome, judgement.Holders.Count)));
        Assert.Equal(3, bench.Count("account_sessions"));
    }

    [Fact]
    public void Store_AnyHistoryWithCrashesAndClockJumps_IsAsTheModelSays() => Seeded.Holds(
        AccountRun.Histories,
        history =>
        {
            AccountRun.RunAsync(history, limits => new StoreDriver(limits)).GetAwaiter().GetResult();
            return true;
        },
        Histories);

    [Fact]
    public async Task Admit_ManyAccountsAtOnce_EachHasItsOwnLimit()
    {
        await using var bench = new AccountBench(Three);
        var tags = Enumerable.Range(0, 20).Select(i => $"{(char)('a' + i)}{i % 10}ccounttag"[..10]).ToList();
        var admitted = await Task.WhenAll(tags.SelectMany(tag => Enumerable.Range(0, 10).Select(_ => Task.Run(async () => (tag, (await bench.AdmitAsync(AccountBench.Draw(tag))).IsAdmitted)))));

        Assert.All(admitted.GroupBy(result => result.tag), account => Assert.Equal(3, account.Count(result => result.IsAdmitted)));
    }

    [Fact]
    public async Task Admit_AfterAKill_LimitStillHolds()
    {
        await using var bench = new AccountBench(Three);
        string[] playing = [AccountBench.Draw(), AccountBench.Draw(), AccountBench.Draw()];
        foreach (var sid in playing)
            Assert.True((await bench.AdmitAsync(sid)).IsAdmitted);
        await bench.KillAndReopenAsync();

        Assert.Equal(MintOutcome.Full, (await bench.AdmitAsync()).Outcome);
        bench.Time.Advance(TimeSpan.FromSeconds(59));
        bench.See(playing[0]);
        Assert.Equal(MintOutcome.Full, (await bench.AdmitAsync()).Outcome);
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        var room = 0;
        while ((await bench.AdmitAsync()).IsAdmitted)
            room++;

        Assert.Equal(2, room);
    }

    [Fact]
    public async Task Admit_LiveWhenKilledAndALongTimeDown_HoldsAMinuteFromTheStart()
    {
        await using var bench = new AccountBench(Three with { MaxSessions = 1 });
        var sid = AccountBench.Draw();
        await bench.AdmitAsync(sid);
        bench.Time.Advance(TimeSpan.FromMinutes(5));
        await bench.Store.SweepAsync();
        var seen = bench.Time.GetUtcNow().ToUnixTimeMilliseconds();
        bench.Time.Advance(TimeSpan.FromMinutes(30));
        await bench.KillAndReopenAsync();
        bench.See(sid, seen);

        Assert.Equal(MintOutcome.Full, (await bench.AdmitAsync()).Outcome);
        bench.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.True((await bench.AdmitAsync()).IsAdmitted);
    }

    [Fact]
    public async Task Admit_GoneBeforeAStop_HoldsNothingAfterTheStart()
    {
        await using var bench = new AccountBench(Three with { MaxSessions = 1 });
        var sid = AccountBench.Draw();
        await bench.AdmitAsync(sid);
        var seen = bench.Time.GetUtcNow().ToUnixTimeMilliseconds();
        bench.Time.Advance(TimeSpan.FromSeconds(70));
        await bench.StopAndReopenAsync();
        bench.See(sid, seen);

        Assert.True((await bench.AdmitAsync()).IsAdmitted);
    }

    [Fact]
    public async Task Admit_StoreLocked_FailsAndGivesTheSlotBack()
    {
        await using var bench = new AccountBench(Three with { MaxSessions = 1 });
        await using (bench.Lock())
            await Assert.ThrowsAsync<StoreUnavailableException>(() => bench.AdmitAsync());

        Assert.True((await bench.AdmitAsync()).IsAdmitted);
        await bench.Store.SweepAsync();
        Assert.Equal(1, bench.Count("account_sessions"));
    }

    [Fact]
    public async Task Admit_CallerGoesAway_GivesTheSlotBackOnDiskToo()
    {
        await using var bench = new AccountBench(Three with { MaxSessions = 1 });
        using var leaving = new CancellationTokenSource();
        await using (bench.Lock())
        {
            var asked = bench.Store.AdmitAsync(AccountBench.Draw(), bench.Time.Seconds + 60, leaving.Token).AsTask();
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }
        Assert.True((await bench.AdmitAsync()).IsAdmitted);
        await bench.Store.SweepAsync();

        Assert.Equal(1, bench.Count("account_sessions"));
    }

    [Fact]
    public async Task Renew_StoreLocked_GoesOnAndIsStoredLater()
    {
        await using var bench = new AccountBench(Three);
        var sid = AccountBench.Draw();
        await bench.AdmitAsync(sid, 60);
        await using (bench.Lock())
            await bench.Store.RenewAsync(sid, bench.Time.Seconds, bench.Time.Seconds + 7_200);
        await bench.Store.SweepAsync();
        await bench.KillAndReopenAsync();

        Assert.Equal((bench.Time.Seconds + 7_200) * 1_000, Assert.Single((await bench.Store.FindAsync(AccountBench.Tag)).Slots).ExpiresAt);
    }

    [Fact]
    public async Task Admit_EndOldest_EndingIsInTheLedgerFirst()
    {
        await using var bench = new AccountBench(Three with { WhenFull = WhenFull.EndOldest });
        var sids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            sids.Add(AccountBench.Draw());
            Assert.True((await bench.AdmitAsync(sids[^1])).IsAdmitted);
            bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(sids[..2], bench.Ledger.Current.Standing(bench.Time.Seconds).Reverse().Select(revocation => revocation.Subject.Value));
        Assert.All(bench.Ledger.Current.Standing(bench.Time.Seconds), revocation => Assert.Equal(
            (DecisionSource.AccountLimit, true), (revocation.Decision.Source, revocation.Until >= revocation.Decision.At.ToUnixTimeSeconds() + 86_400)));
    }

    [Fact]
    public async Task Admit_EndOldestHundredAtOnce_LeavesThree()
    {
        await using var bench = new AccountBench(Three with { WhenFull = WhenFull.EndOldest });
        var judgements = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => bench.AdmitAsync())));

        Assert.All(judgements, judgement => Assert.True(judgement.IsAdmitted));
        Assert.Equal(97, bench.Ledger.Current.Standing(bench.Time.Seconds).Count());
        Assert.Equal(3, (await bench.Store.FindAsync(AccountBench.Tag)).OutstandingTokens);
    }

    [Fact]
    public async Task Admit_EndingCannotBeStored_NothingChanges()
    {
        await using var bench = new AccountBench(Three with { MaxSessions = 1, WhenFull = WhenFull.EndOldest });
        var sid = AccountBench.Draw();
        await bench.AdmitAsync(sid);
        await using (bench.Lock())
            await Assert.ThrowsAsync<StoreUnavailableException>(() => bench.AdmitAsync());

        Assert.Equal(sid, Assert.Single((await bench.Store.FindAsync(AccountBench.Tag)).Slots).Sid);
        Assert.True((await bench.AdmitAsync()).IsAdmitted);
        Assert.Single(bench.Ledger.Current.Standing(bench.Time.Seconds));
    }

    [Fact]
    public async Task Put_Settings_HoldAfterReopeningUntilTakenBack()
    {
        await using var bench = new AccountBench(Three);
        var settings = new AccountSettings { MaxSessions = 1, WhenFull = WhenFull.EndOldest };
        await bench.Store.PutAsync(AccountBench.Tag, settings);
        await bench.KillAndReopenAsync();
        var kept = await bench.Store.FindAsync(AccountBench.Tag);
        await bench.Store.PutAsync(AccountBench.Tag, AccountSettings.None);

        Assert.Equal((settings, 1, WhenFull.EndOldest), (kept.Settings, kept.Limits.MaxSessions!.Value, kept.Limits.WhenFull));
        Assert.Equal(Three, (await bench.Store.FindAsync(AccountBench.Tag)).Limits);
        Assert.Equal(0, bench.Count("accounts"));
    }

    [Fact]
    public async Task Sweep_TokensLongOver_LeavesNothing()
    {
        await using var bench = new AccountBench(Three);
        await Task.WhenAll(bench.AdmitAsync(), bench.AdmitAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(3_600 + 299));
        await bench.Store.SweepAsync();
        Assert.Equal(2, bench.Count("account_sessions"));
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        await bench.Store.SweepAsync();

        Assert.Equal(0, bench.Count("account_sessions"));
        Assert.Empty((await bench.Store.FindAsync(AccountBench.Tag)).Slots);
    }

    [Fact]
    public async Task Seen_SidThatWasNotMintedHere_HoldsNothing()
    {
        await using var bench = new AccountBench(Three);
        await bench.AdmitAsync();
        foreach (var sid in (string[])[$"{AccountBench.Tag}_framedByAStranger", "abcdefghij_", "nobody", "zzzzzzzzzz_0123456789abcdef"])
            bench.See(sid);

        Assert.Single((await bench.Store.FindAsync(AccountBench.Tag)).Slots);
        Assert.Empty((await bench.Store.FindAsync("zzzzzzzzzz")).Slots);
    }
}
