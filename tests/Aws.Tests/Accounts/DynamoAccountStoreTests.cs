using System.Text;
using Portcullis.Accounts;
using Portcullis.Aws.Accounts;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Aws.Tests.Tables;
using Portcullis.Engine;
using Portcullis.Local.Tests;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.Accounts;

public sealed class DynamoAccountStoreTests
{
    private static readonly int Histories = Environment.GetEnvironmentVariable("PORTCULLIS_LONG") == "1" ? 500 : 25;

    private static readonly AccountLimits Three = new() { MaxSessions = 3, MintsPerMinute = 1_000 };

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Admit_HundredAtOnceWithLimitThree_ThreeHoldSlotsInTheTable(int processes)
    {
        await using var bench = await AccountBench.StartAsync(Three);
        List<DynamoAccountStore> stores = [bench.Store];
        while (stores.Count < processes)
            stores.Add(await bench.OpenAnotherAsync());
        var judgements = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => bench.AdmitAsync(store: stores[i % processes]))));

        Assert.Equal(3, judgements.Count(judgement => judgement.IsAdmitted));
        Assert.All(judgements.Where(judgement => !judgement.IsAdmitted), judgement => Assert.Equal((MintOutcome.Full, 3), (judgement.Outcome, judgement.Holders.Count)));
        Assert.Equal(3, await bench.StoredAsync());
    }

    [SkippableFact]
    public async Task Store_AnyHistoryWithCrashesAndClockJumps_IsAsTheModelSays()
    {
        // Skips here where there is no server.
        await (await TestTable.StartAsync()).DisposeAsync();
        await Task.Run(() => Seeded.Holds(
            AccountRun.Histories,
            history =>
            {
                AccountRun.RunAsync(history, limits => new TableDriver(AccountBench.StartAsync(limits).GetAwaiter().GetResult(), limits)).GetAwaiter().GetResult();
                return true;
            },
            Histories));
    }

    [SkippableFact]
    public async Task Admit_FaultsOfEveryKindByTwoProcesses_NeverMoreThanTheLimit()
    {
        await using var bench = await AccountBench.StartAsync(Three);
        var other = await bench.OpenAnotherAsync();
        bench.Table.FailAtRandom(4, 0.2);
        var granted = 0;
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            try
            {
                if ((await bench.AdmitAsync(store: i % 2 == 0 ? bench.Store : other)).IsAdmitted)
                    Interlocked.Increment(ref granted);
            }
            catch (StoreUnavailableException)
            {
                // Its token is not given out.
            }
        })));
        bench.Table.ComeBack();
        Assert.InRange(granted, 0, 3);

        // What was stored in vain is given back, so that there is room for exactly the rest.
        await bench.Store.SweepAsync(CancellationToken.None);
        await other.SweepAsync(CancellationToken.None);
        Assert.Equal(granted, await bench.StoredAsync());
        while ((await bench.AdmitAsync()).IsAdmitted)
            granted++;
        Assert.Equal(3, granted);
    }

    [SkippableFact]
    public async Task Admit_AnswerLost_SlotIsHeldOnce()
    {
        await using var bench = await AccountBench.StartAsync(Three);
        await using var store = await DynamoAccountStore.OpenAsync(
            bench.Table.Client, TestTable.Name, bench.Ledger, new FixedAssets(), new NoKeys(), Three, bench.Time, CancellationToken.None, Timeout.InfiniteTimeSpan);
        var sid = AccountBench.Draw();
        bench.Table.Fail("PutItem", Fault.AnswerLost, Fault.Throttled("ThrottlingException"));

        Assert.True((await bench.AdmitAsync(sid, store: store)).IsAdmitted);
        Assert.Equal(sid, Assert.Single((await store.FindAsync(AccountBench.Tag)).Slots).Sid);
    }

    [SkippableFact]
    public async Task Admit_TableGone_FailsAndGivesTheSlotBack()
    {
        await using var bench = await AccountBench.StartAsync(Three with { MaxSessions = 1 });
        bench.Table.GoDown();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bench.AdmitAsync());
        var failing = bench.Store.Health;
        bench.Table.ComeBack();

        Assert.True((await bench.AdmitAsync()).IsAdmitted);
        Assert.Equal(("accounts", false), (failing.Name, failing.IsHealthy));
        Assert.True(bench.Store.Health.IsHealthy);
    }

    [SkippableFact]
    public async Task Admit_CallerGoesAwayWhileItIsStored_SlotIsGivenBackInTheTableToo()
    {
        await using var bench = await AccountBench.StartAsync(Three with { MaxSessions = 1 });
        using var leaving = new CancellationTokenSource();
        bench.Table.Proxy.Judge = (request, _) =>
        {
            if (FaultProxy.OperationOf(request) == "PutItem")
                leaving.Cancel();
            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Store.AdmitAsync(AccountBench.Draw(), bench.Time.Seconds + 60, leaving.Token).AsTask());
        bench.Table.ComeBack();
        await bench.Store.SweepAsync(CancellationToken.None);

        Assert.Equal(0, await bench.StoredAsync());
        Assert.True((await bench.AdmitAsync()).IsAdmitted);
    }

    [SkippableFact]
    public async Task Admit_LiveSessionsOfAnAccountThatNobodyAskedFor_HoldTheirSlots()
    {
        await using var bench = await AccountBench.StartAsync(Three with { MaxSessions = 2 });
        string[] playing = [AccountBench.Draw(), AccountBench.Draw()];
        foreach (var sid in playing)
            await bench.AdmitAsync(sid);
        bench.Time.Advance(TimeSpan.FromMinutes(10));
        await bench.KillAndReopenAsync();
        bench.Time.Advance(TimeSpan.FromMinutes(10));
        foreach (var sid in playing)
            bench.See(sid);

        var full = await bench.AdmitAsync();
        Assert.Equal((MintOutcome.Full, true), (full.Outcome, full.Holders.All(slot => slot.WasSeen)));
        bench.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.True((await bench.AdmitAsync()).IsAdmitted);
    }

    /// <summary>Also when its token has ended meanwhile, as for the embedded store.</summary>
    [SkippableTheory]
    [InlineData(3_600)]
    [InlineData(330)]
    public async Task Admit_LiveWhenKilledAndALongTimeDown_HoldsAMinuteFromTheStart(long lifetime)
    {
        await using var bench = await AccountBench.StartAsync(Three with { MaxSessions = 1 });
        var sid = AccountBench.Draw();
        await bench.AdmitAsync(sid, lifetime);
        bench.Time.Advance(TimeSpan.FromMinutes(5));
        await bench.Store.SweepAsync(CancellationToken.None);
        var seen = bench.Time.GetUtcNow().ToUnixTimeMilliseconds();
        bench.Time.Advance(TimeSpan.FromMinutes(30));
        await bench.KillAndReopenAsync();
        bench.See(sid, seen);

        Assert.Equal(MintOutcome.Full, (await bench.AdmitAsync()).Outcome);
        bench.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.True((await bench.AdmitAsync()).IsAdmitted);
    }

    [SkippableFact]
    public async Task Admit_EndOldestHundredAtOnceByTwoProcesses_LeavesThree()
    {
        await using var bench = await AccountBench.StartAsync(Three with { WhenFull = WhenFull.EndOldest });
        var other = await bench.OpenAnotherAsync();
        var judgements = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(() => bench.AdmitAsync(store: i % 2 == 0 ? bench.Store : other))));

        Assert.All(judgements, judgement => Assert.True(judgement.IsAdmitted));
        Assert.Equal(3, (await other.FindAsync(AccountBench.Tag)).OutstandingTokens);
        Assert.All(bench.Ledger.Current.Standing(bench.Time.Seconds), revocation => Assert.Equal(DecisionSource.AccountLimit, revocation.Decision.Source));
        Assert.Equal(97, bench.Ledger.Current.Standing(bench.Time.Seconds).Count());
    }

    [SkippableFact]
    public async Task Admit_EndingCannotBeStored_NothingChanges()
    {
        await using var bench = await AccountBench.StartAsync(Three with { MaxSessions = 1, WhenFull = WhenFull.EndOldest });
        var sid = AccountBench.Draw();
        await bench.AdmitAsync(sid);
        bench.Ledger.IsGone = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bench.AdmitAsync());
        bench.Ledger.IsGone = false;

        Assert.Equal(sid, Assert.Single((await bench.Store.FindAsync(AccountBench.Tag)).Slots).Sid);
        Assert.True((await bench.AdmitAsync()).IsAdmitted);
        Assert.Single(bench.Ledger.Current.Standing(bench.Time.Seconds));
    }

    [SkippableFact]
    public async Task Renew_TableGone_GoesOnAndIsStoredLater()
    {
        await using var bench = await AccountBench.StartAsync(Three);
        var sid = AccountBench.Draw();
        await bench.AdmitAsync(sid, 60);
        bench.Table.GoDown();
        await bench.Store.RenewAsync(sid, bench.Time.Seconds, bench.Time.Seconds + 7_200);
        await bench.Store.SweepAsync(CancellationToken.None);
        bench.Table.ComeBack();
        await bench.Store.SweepAsync(CancellationToken.None);
        await bench.KillAndReopenAsync();

        Assert.Equal((bench.Time.Seconds + 7_200) * 1_000, Assert.Single((await bench.Store.FindAsync(AccountBench.Tag)).Slots).ExpiresAt);
    }

    [SkippableFact]
    public async Task Renew_TableGoneUntilTheSessionIsOver_IsNotTriedForEver()
    {
        await using var bench = await AccountBench.StartAsync(Three);
        var sid = AccountBench.Draw();
        await bench.AdmitAsync(sid, 60);
        bench.Table.GoDown();
        await bench.Store.RenewAsync(sid, bench.Time.Seconds, bench.Time.Seconds + 120);
        bench.Time.Advance(TimeSpan.FromHours(1));
        bench.Table.ComeBack();
        await bench.Store.SweepAsync(CancellationToken.None);
        var writes = 0;
        bench.Table.Proxy.Judge = (request, body) =>
        {
            if (FaultProxy.OperationOf(request) == "PutItem" && Encoding.UTF8.GetString(body).Contains(AccountBench.Tag, StringComparison.Ordinal))
                writes++;
            return null;
        };

        await bench.Store.SweepAsync(CancellationToken.None);

        Assert.Equal(0, writes);
        Assert.Empty((await bench.Store.FindAsync(AccountBench.Tag)).Slots);
    }

    [SkippableFact]
    public async Task Renew_WhileOthersMint_LosesNeither()
    {
        await using var bench = await AccountBench.StartAsync(new AccountLimits { MintsPerMinute = 1_000, MaxOutstandingTokens = 1_000 });
        var other = await bench.OpenAnotherAsync();
        var sids = Enumerable.Range(0, 30).Select(_ => AccountBench.Draw()).ToList();
        foreach (var sid in sids)
            await bench.AdmitAsync(sid, 60);
        await Task.WhenAll(sids.Select(sid => Task.Run(async () =>
        {
            await bench.Store.RenewAsync(sid, bench.Time.Seconds, bench.Time.Seconds + 7_200);
            await bench.AdmitAsync(store: other);
        })));
        var slots = (await other.FindAsync(AccountBench.Tag)).Slots;

        Assert.Equal(60, slots.Count);
        Assert.All(sids, sid => Assert.Equal((bench.Time.Seconds + 7_200) * 1_000, slots.Single(slot => slot.Sid == sid).ExpiresAt));
    }

    [SkippableFact]
    public async Task Put_Settings_HoldForOtherProcessesAndAfterReopeningUntilTakenBack()
    {
        await using var bench = await AccountBench.StartAsync(Three);
        var other = await bench.OpenAnotherAsync();
        var settings = new AccountSettings { MaxSessions = 1, WhenFull = WhenFull.Refuse };
        Assert.True((await bench.AdmitAsync(store: other)).IsAdmitted);
        await bench.Store.PutAsync(AccountBench.Tag, settings);
        Assert.Equal(MintOutcome.Full, (await bench.AdmitAsync(store: other)).Outcome);
        await bench.KillAndReopenAsync();
        var kept = await bench.Store.FindAsync(AccountBench.Tag);
        await bench.Store.PutAsync(AccountBench.Tag, AccountSettings.None);

        Assert.Equal((settings, 1), (kept.Settings, kept.Limits.MaxSessions!.Value));
        Assert.Equal(Three, (await other.FindAsync(AccountBench.Tag)).Limits);
    }

    [SkippableFact]
    public async Task Erase_Account_LeavesNothingAndSaysHowMuch()
    {
        await using var bench = await AccountBench.StartAsync(Three);
        await bench.AdmitAsync();
        await bench.AdmitAsync();
        await bench.Store.PutAsync(AccountBench.Tag, new AccountSettings { MaxSessions = 2 });
        var other = await bench.OpenAnotherAsync();
        await other.FindAsync(AccountBench.Tag);

        Assert.Equal(2, await bench.Store.EraseAsync(AccountBench.Tag, CancellationToken.None));
        Assert.Equal(0, await bench.Store.EraseAsync(AccountBench.Tag, CancellationToken.None));
        Assert.Null(await bench.Table.Table.FindAsync($"default#account#{AccountBench.Tag}", "state", CancellationToken.None));
        // One who still remembers it does not bring it back.
        Assert.True((await bench.AdmitAsync(store: other)).IsAdmitted);
        Assert.Equal((1, AccountSettings.None), ((await bench.Store.FindAsync(AccountBench.Tag)).Slots.Count, (await other.FindAsync(AccountBench.Tag)).Settings));
    }

    /// <summary>Thirty a minute for hours, each ending the one before: an item has at most 400 KB.</summary>
    [SkippableFact]
    public void Write_MoreSessionsThanAnItemHolds_LetsGoOfTheRevokedOnesFirst()
    {
        var slots = Enumerable.Range(0, 20_000).Select(i => new AccountSlot($"{AccountBench.Tag}_{i:d16}", i, i * 1_000L, 0, 0)).ToList();
        var beyond = AccountItem.Beyond(slots, sid => sid.EndsWith('5') || sid.EndsWith('7')).ToList();
        var item = AccountItem.Write(AccountSettings.None, [.. slots.Except(beyond)], 0);

        Assert.InRange(item["Sessions"].B.Length, AccountItem.MostBytes - 100, AccountItem.MostBytes + 100);
        Assert.Equal(4_000, beyond.Count(slot => slot.Sid.EndsWith('5') || slot.Sid.EndsWith('7')));
        Assert.Equal(beyond.Skip(4_000), slots.Where(slot => !slot.Sid.EndsWith('5') && !slot.Sid.EndsWith('7')).Take(beyond.Count - 4_000));
        Assert.Empty(AccountItem.Beyond([.. slots.Take(5_000)], _ => true));
    }

    [SkippableFact]
    public async Task Sweep_AccountThatNobodyAsksFor_IsForgottenAndFoundAgain()
    {
        await using var bench = await AccountBench.StartAsync(Three);
        var sid = AccountBench.Draw();
        await bench.AdmitAsync(sid);
        bench.Time.Advance(TimeSpan.FromMinutes(6));
        await bench.Store.SweepAsync(CancellationToken.None);
        var requests = bench.Table.Proxy.Requests;

        Assert.Equal(sid, Assert.Single((await bench.Store.FindAsync(AccountBench.Tag)).Slots).Sid);
        Assert.Equal(requests + 1, bench.Table.Proxy.Requests);
    }

    [SkippableFact]
    public async Task Seen_SidThatWasNotMintedHere_HoldsNothing()
    {
        await using var bench = await AccountBench.StartAsync(Three);
        await bench.AdmitAsync();
        foreach (var sid in (string[])[$"{AccountBench.Tag}_framedByAStranger", "abcdefghij_", "nobody", "zzzzzzzzzz_0123456789abcdef"])
            bench.See(sid);

        Assert.Single((await bench.Store.FindAsync(AccountBench.Tag)).Slots);
        Assert.Empty((await bench.Store.FindAsync("zzzzzzzzzz")).Slots);
    }
}
