using Portcullis.Engine;
using Portcullis.Sessions;

namespace Portcullis.Revocations;

/// <summary>What every ledger must do, whatever it is stored in.</summary>
public abstract class LedgerConformance : IAsyncLifetime
{
    private const long Day = 86_400;

    private static readonly Subject Pirate = Subject.Session("pirate"), Account = Subject.Account("abcdefghij");

    private static readonly Subject Old = Subject.Session("old"), Recent = Subject.Session("recent"), ByHand = Subject.Session("by-hand"), Lifted = Subject.Session("lifted");

    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeSeconds(1_000));
    private ILedgerDriver _driver = null!;

    private IRevocationLedger Ledger => _driver.Ledger;

    /// <summary>Opens a ledger over a new store.</summary>
    private protected abstract Task<ILedgerDriver> OpenAsync(TimeProvider time);

    public async Task InitializeAsync() => _driver = await OpenAsync(_time);

    public Task DisposeAsync() => _driver.DisposeAsync().AsTask();

    [SkippableFact]
    public async Task Append_Decision_IsCurrentAndComesBackWhole()
    {
        var decision = Decisions.Revoke("d1", Pirate, DecisionSource.Auto, evidenceUntil: 900) with
        {
            Reason = "3 viewers — \"doubled\"",
            Score = 85,
            AssetId = "match-1",
            Evidence = [new Finding("doubled-positions", 85, "5 positions", 5, 900_000)],
        };
        var receipt = await AppendAsync(decision);
        await _driver.CrashAsync();
        var stored = await Ledger.FindAsync("d1");

        Assert.Equal((DecisionEffect.Applies, 1), (receipt.Effect, receipt.Decision.Sequence));
        Assert.Equal(decision.Evidence, stored!.Evidence);
        Assert.Equal(decision with { Sequence = 1, Evidence = stored.Evidence }, stored);
        Assert.Equal("d1", Ledger.Current.Find(Pirate, 1_500)!.Decision.Id);
        Assert.Null(await Ledger.FindAsync("d2"));
    }

    [SkippableFact]
    public async Task Append_SameIdAgain_ChangesNothingAlsoAfterReopening()
    {
        await AppendAsync(Decisions.Revoke("d1", Pirate));
        var again = await AppendAsync(Decisions.Revoke("d1", Account, until: 9_000));
        await _driver.CrashAsync();
        var afterwards = await AppendAsync(Decisions.Revoke("d1", Account, until: 9_000));

        Assert.Equal((DecisionEffect.AlreadyThere, Pirate, 1), (again.Effect, again.Decision.Subject, again.Decision.Sequence));
        Assert.Equal((DecisionEffect.AlreadyThere, Pirate, 1), (afterwards.Effect, afterwards.Decision.Subject, afterwards.Decision.Sequence));
        Assert.Equal(1, Ledger.Current.Sequence);
    }

    [SkippableFact]
    public async Task Append_SameIdsConcurrently_EachAppliesOnce()
    {
        const int ids = 50, each = 8;
        var receipts = await Task.WhenAll(Enumerable.Range(0, ids * each).Select(i => Task.Run(() => AppendAsync(Decisions.Revoke($"d{i % ids}", Subject.Session($"s{i % ids}"))))));

        Assert.Equal(ids, receipts.Count(receipt => receipt.Effect == DecisionEffect.Applies));
        Assert.Equal(ids * (each - 1), receipts.Count(receipt => receipt.Effect == DecisionEffect.AlreadyThere));
        Assert.All(receipts.GroupBy(receipt => receipt.Decision.Id), same => Assert.Single(same.Select(receipt => receipt.Decision.Sequence).Distinct()));
        Assert.Equal(ids, Ledger.Current.Standing(0).Count());
        await AssertMemoryIsWhatTheStoreHoldsAsync();
    }

    [SkippableFact]
    public async Task Append_AfterALift_VoidsOlderAutomaticEvidenceOnly()
    {
        await AppendAsync(Decisions.Revoke("d1", Pirate, DecisionSource.Auto, evidenceUntil: 900));
        Assert.Equal(DecisionEffect.Applies, await EffectAsync(Decisions.Lift("l1", Pirate, at: 1_000)));
        Assert.Equal(DecisionEffect.NothingToLift, await EffectAsync(Decisions.Lift("l2", Pirate, at: 1_001)));
        await _driver.CrashAsync();

        Assert.Equal(DecisionEffect.Voided, await EffectAsync(Decisions.Revoke("d2", Pirate, DecisionSource.Auto, at: 1_002, evidenceUntil: 1_000)));
        Assert.Null(Ledger.Current.Find(Pirate, 1_500));
        Assert.Equal(DecisionEffect.Applies, await EffectAsync(Decisions.Revoke("d3", Pirate, DecisionSource.Auto, at: 1_002, evidenceUntil: 1_001)));
        Assert.Equal(DecisionEffect.Applies, await EffectAsync(Decisions.Lift("l3", Pirate, at: 1_010)));
        Assert.Equal(DecisionEffect.Applies, await EffectAsync(Decisions.Revoke("d4", Pirate, DecisionSource.Manual, at: 1_011, evidenceUntil: 900)));
        Assert.Equal(5, Ledger.Current.Sequence);
        await AssertMemoryIsWhatTheStoreHoldsAsync();
    }

    [SkippableFact]
    public async Task History_MoreThanAPage_ComesNewestFirstPageByPage()
    {
        for (var i = 1; i <= 25; i++)
            await AppendAsync(Decisions.Revoke($"d{i}", i % 5 == 0 ? Pirate : i % 5 == 1 ? Subject.Account(Pirate.Value) : Subject.Session($"s{i}")));
        var pages = new List<long>();
        long? before = null;
        while (await Ledger.HistoryAsync(null, before, 10) is { Count: > 0 } page)
        {
            pages.AddRange(page.Select(decision => decision.Sequence));
            before = page[^1].Sequence;
        }

        Assert.Equal(Enumerable.Range(1, 25).Reverse().Select(i => (long)i), pages);
        Assert.Equal([25, 20, 15], (await Ledger.HistoryAsync(Pirate, null, 3)).Select(decision => decision.Sequence));
        Assert.Equal([10, 5], (await Ledger.HistoryAsync(Pirate, 15, 3)).Select(decision => decision.Sequence));
        Assert.Equal([21, 16, 11, 6, 1], (await Ledger.HistoryAsync(Subject.Account(Pirate.Value), null, 100)).Select(decision => decision.Sequence));
        Assert.Empty(await Ledger.HistoryAsync(Subject.Session("nobody"), null, 100));
    }

    [SkippableFact]
    public async Task Watch_SlowReader_SkipsToTheNewest()
    {
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var states = Ledger.WatchAsync(stopping.Token).GetAsyncEnumerator(stopping.Token);
        await states.MoveNextAsync();
        var first = states.Current;
        for (var i = 1; i <= 10; i++)
            await AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}")));
        await states.MoveNextAsync();

        Assert.Equal((0, 10), (first.Sequence, states.Current.Sequence));
    }

    [SkippableFact]
    public async Task Watch_ReadersWhileManyAppend_ComeToTheNewestInOrder()
    {
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var seen = new List<long>();
            await foreach (var state in Ledger.WatchAsync(stopping.Token))
            {
                seen.Add(state.Sequence);
                if (state.Sequence == 200)
                    break;
            }
            return seen;
        })).ToList();
        await Task.WhenAll(Enumerable.Range(1, 200).Select(i => Task.Run(() => AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"))))));

        foreach (var seen in await Task.WhenAll(readers))
            Assert.Equal(seen.Distinct().Order(), seen);
    }

    [SkippableFact]
    public async Task Start_LiftEndedBeforeWhatItLifted_StaysLifted()
    {
        var pirate = Subject.Session("pirate");
        await AppendAsync(Decisions.Revoke("d1", pirate, until: 1_000 + (400 * Day)));
        await AppendAsync(Decisions.Lift("l1", pirate, at: 1_001));
        _time.Advance(TimeSpan.FromDays(100));
        await _driver.CrashAsync();

        Assert.Null(Ledger.Current.Find(pirate, _time.Seconds));
        Assert.Null(Ledger.Current.LastVoid(pirate));
        Assert.Equal(2, Ledger.Current.Sequence);
        // Memory has forgotten the lift; the log has not.
        Assert.Equal(DecisionEffect.Voided, await EffectAsync(Decisions.Revoke("d2", pirate, DecisionSource.Auto, at: _time.Seconds, until: _time.Seconds + Day, evidenceUntil: 1_001)));
        Assert.Equal(DecisionEffect.Applies, await EffectAsync(Decisions.Revoke("d3", pirate, DecisionSource.Auto, at: _time.Seconds, until: _time.Seconds + Day, evidenceUntil: 1_002)));
    }

    [SkippableFact]
    public async Task Start_EarlierRevocationLastsLonger_StandsUntilThen()
    {
        var pirate = Subject.Session("pirate");
        await AppendAsync(Decisions.Revoke("d1", pirate, until: 1_000 + (10 * Day)));
        await AppendAsync(Decisions.Revoke("d2", pirate, until: 1_000 + Day));
        _time.Advance(TimeSpan.FromDays(5));
        await _driver.CrashAsync();

        Assert.Equal(("d2", 1_000 + (10 * Day)), Ledger.Current.Find(pirate, _time.Seconds) is { } found ? (found.Decision.Id, found.Until) : default);
    }

    [SkippableFact]
    public async Task Start_ManyEnded_ReadsOnlyWhatStandsAndTheSwitch()
    {
        for (var i = 0; i < 200; i++)
            await AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"), until: 1_000 + (i < 190 ? 60 : 400 * Day)));
        await AppendAsync(Decisions.Of(DecisionKind.Disarm, "off", Subject.Installation));
        await AppendAsync(Decisions.Allow("a1", Entry("e1", 1_060)));
        await AppendAsync(Decisions.Allow("a2", Entry("e2", 1_000 + (80 * Day))));
        _time.Advance(TimeSpan.FromDays(40));
        await _driver.CrashAsync();

        Assert.Equal(10, Ledger.Current.Standing(0).Count());
        Assert.Equal("off", Ledger.Current.Disarmed?.Id);
        Assert.Equal(["e2"], Ledger.Current.Allowed.Holding(DateTimeOffset.UnixEpoch).Select(entry => entry.Id));
        Assert.Equal(203, Ledger.Current.Sequence);
        Assert.Equal(DecisionEffect.AlreadyThere, await EffectAsync(Decisions.Revoke("d1", Subject.Session("s1"))));
        Assert.Equal(DecisionEffect.Disarmed, await EffectAsync(Decisions.Revoke("x", Subject.Session("x"), DecisionSource.Auto)));
    }

    /// <summary>The search in the store and the filter in memory must mean the same.</summary>
    [SkippableFact]
    public async Task Search_AnyCriterion_FindsWhatTheFilterNames()
    {
        for (var i = 0; i < 40; i++)
        {
            await AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"), i % 3 == 0 ? DecisionSource.Watermark : DecisionSource.Manual) with
            {
                At = DateTimeOffset.FromUnixTimeSeconds(1_000).AddMilliseconds(i * 250), AssetId = i % 2 == 0 ? "a" : null, Actor = $"actor{i % 4}", PolicyVersion = i % 5 == 0 ? "0123456789ab" : null,
                UserAgent = i % 7 == 0 ? "app/7.1 \"x\"" : null, Asn = i % 6 == 0 ? 4_000_000_000 : null, Evidence = i % 4 == 0 ? [new Finding("pace", 85, "fast", 1, 1), new Finding("restream", 85, "long", 1, 1)] : [],
            });
        }
        var all = await Ledger.HistoryAsync(null, null, 1_000);
        DecisionFilter[] filters =
        [
            new(), new() { From = DateTimeOffset.FromUnixTimeMilliseconds(1_002_250) }, new() { To = DateTimeOffset.FromUnixTimeMilliseconds(1_002_250).ToOffset(TimeSpan.FromHours(2)) },
            new() { From = DateTimeOffset.FromUnixTimeMilliseconds(1_002_001), To = DateTimeOffset.FromUnixTimeMilliseconds(1_004_000) }, new() { Asset = "a" }, new() { Actor = "actor2" }, new() { PolicyVersion = "0123456789ab" },
            new() { UserAgent = "app/7.1 \"x\"" }, new() { Asn = 4_000_000_000 }, new() { Detector = "restream" }, new() { Source = DecisionSource.Watermark }, new() { Source = DecisionSource.Watermark, Asset = "a", Detector = "pace" },
        ];

        foreach (var filter in filters)
        {
            var expected = all.Where(filter.Matches).Select(decision => decision.Id).ToList();
            Assert.NotEmpty(expected);
            Assert.Equal(expected, (await Ledger.SearchAsync(new DecisionQuery { Filter = filter }, null, 1_000)).Select(decision => decision.Id));
        }
    }

    [SkippableFact]
    public async Task Append_ManyVerdictsAtOnce_NoMoreThanTheLimitPassAndARestartKnowsThem()
    {
        var receipts = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => Ledger.AppendAsync(Verdict(i)).AsTask())));
        _time.Advance(TimeSpan.FromSeconds(30));
        await _driver.CrashAsync();
        var afterwards = await Ledger.AppendAsync(Verdict(200));
        _time.Advance(TimeSpan.FromSeconds(31));
        await _driver.CrashAsync();
        var aMinuteLater = await Ledger.AppendAsync(Verdict(201));

        Assert.Equal((50, 150), (receipts.Count(receipt => receipt.Decision.Kind == DecisionKind.Revoke), receipts.Count(receipt => receipt.Decision is { Kind: DecisionKind.Hold, HeldFor: HoldCause.Rate })));
        Assert.Equal(DecisionKind.Hold, afterwards.Decision.Kind);
        Assert.Equal(DecisionKind.Revoke, aMinuteLater.Decision.Kind);
    }

    [SkippableFact]
    public async Task ForgetEvidence_OfOldDecisions_KeepsTheBlockAndWhatPeopleWrote()
    {
        var start = _time.GetUtcNow();
        await WatchedAsync(Old, DecisionSource.Auto);
        await WatchedAsync(ByHand, DecisionSource.Manual);
        await WatchedAsync(Lifted, DecisionSource.Auto);
        await Ledger.AppendAsync((await Ledger.FindAsync("dec-lifted"))!.TakenBack("lift", null, "a customer", "ada", start));
        _time.Advance(TimeSpan.FromDays(80));
        await WatchedAsync(Recent, DecisionSource.Auto);
        _time.Advance(TimeSpan.FromDays(11));

        var first = await _driver.Retention.ForgetEvidenceAsync(_time.GetUtcNow() - TimeSpan.FromDays(90), default);
        var second = await _driver.Retention.ForgetEvidenceAsync(_time.GetUtcNow() - TimeSpan.FromDays(90), default);
        var inMemory = Ledger.Current;
        await _driver.CrashAsync();

        Assert.Equal((4, 0), (first, second));
        foreach (var state in (RevocationSnapshot[])[inMemory, Ledger.Current])
        {
            var old = state.Find(Old, _time.GetUtcNow().ToUnixTimeSeconds())!.Decision;
            Assert.Equal(("dec-old", start, 85, Decision.ExpiredReason), (old.Id, old.At, old.Score, old.Reason));
            Assert.Equal((0, null, null), (old.Evidence.Count, old.UserAgent, old.Asn));
            Assert.Equal("app/7", state.Find(Recent, _time.GetUtcNow().ToUnixTimeSeconds())!.Decision.UserAgent);
            var byHand = state.Find(ByHand, _time.GetUtcNow().ToUnixTimeSeconds())!.Decision;
            Assert.Equal(("seen by ada", null), (byHand.Reason, byHand.UserAgent));
        }
        var lift = (await Ledger.FindAsync("lift"))!;
        Assert.Equal(("a customer", 0, null, null), (lift.Reason, lift.Evidence.Count, lift.UserAgent, lift.Asn));
        Assert.Equal(Decision.ExpiredReason, (await Ledger.FindAsync("dec-old"))!.Reason);
        Assert.Equal("five positions", (await Ledger.FindAsync("dec-recent"))!.Evidence.Single().Sentence);
    }

    [SkippableFact]
    public async Task ForgetEvidence_ThousandsOfDecisions_AreAllForgotten()
    {
        await Task.WhenAll(Enumerable.Range(0, 1_300).Select(number => WatchedAsync(Subject.Session($"s{number}"), DecisionSource.Auto)));

        Assert.Equal(1_300, await _driver.Retention.ForgetEvidenceAsync(_time.GetUtcNow() + TimeSpan.FromSeconds(1), default));
        Assert.All(await Ledger.HistoryAsync(null, null, 1_000), decision => Assert.Empty(decision.Evidence));
    }

    [SkippableFact]
    public async Task Erase_AnAccount_TakesItsTextsAndLeavesTheBlocks()
    {
        const string Secret = "WhatOnlyThisCustomerDid";
        var (session, tag) = (Subject.Session("abcdefghij_0123456789abcdef"), Account);
        var revoked = Decisions.Revoke("d1", session, DecisionSource.Auto, evidenceUntil: 900) with { Reason = Secret, Score = 90, AssetId = "match-1", Evidence = [new Finding("pace", 90, Secret, 5, 900_000)] };
        await AppendAsync(revoked);
        await AppendAsync(Decisions.Revoke("d2", tag) with { Reason = Secret });
        await AppendAsync(Decisions.Revoke("d3", Subject.Session("abcdefghij_lifted0123456")) with { Reason = Secret });
        await AppendAsync(Decisions.Lift("l3", Subject.Session("abcdefghij_lifted0123456")) with { Reason = Secret });
        await AppendAsync(Decisions.Revoke("d4", Subject.Session("abcdefghik_0123456789abcdef")));
        await AppendAsync(Decisions.Revoke("d5", Subject.Session("abcdefghij")));
        var before = Digest(Ledger.Current);

        var erased = (await _driver.Retention.EraseAsync("abcdefghij", default), await _driver.Retention.EraseAsync("abcdefghij", default));

        Assert.Equal((4, 0), erased);
        Assert.Equal(before, Digest(Ledger.Current));
        Assert.Equal("erased", Ledger.Current.Find(session, 1_500)!.Decision.Reason);
        await AssertMemoryIsWhatTheStoreHoldsAsync();
        var kept = await Ledger.FindAsync("d1");
        Assert.Equal(revoked with { Sequence = 1, Reason = "erased", Evidence = kept!.Evidence, EvidenceUntil = null, Score = 0, AssetId = null }, kept);
        Assert.Empty(kept.Evidence);
        Assert.Equal("erased", Ledger.Current.Find(session, 1_500)!.Decision.Reason);
        Assert.Equal(["test", "test"], new[] { (await Ledger.FindAsync("d4"))!.Reason, (await Ledger.FindAsync("d5"))!.Reason });
        Assert.Equal(DecisionEffect.AlreadyThere, await EffectAsync(revoked));
    }

    /// <summary>What a bulk order has led to, before and after a restart.</summary>
    [SkippableFact]
    public async Task CountOf_AnOrder_CountsItsAnswersOnly()
    {
        var order = (await AppendAsync(Decisions.Of(DecisionKind.Bulk, "order", Subject.Installation))).Decision;
        await Task.WhenAll(Enumerable.Range(0, 700).Select(i => AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}")) with { Order = i % 7 == 0 ? null : order.Id })));
        var before = await Ledger.CountOfAsync(order);
        await _driver.CrashAsync();

        Assert.Equal((600, 600), (before, await Ledger.CountOfAsync(order)));
    }

    private Task<LedgerReceipt> AppendAsync(Decision decision) => Ledger.AppendAsync(decision).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    private async Task<DecisionEffect> EffectAsync(Decision decision) => (await AppendAsync(decision)).Effect;

    private static (long Sequence, string Standing) Digest(RevocationSnapshot state) =>
        (state.Sequence, string.Join(' ', state.Standing(0).Select(revocation => $"{revocation.Decision.Sequence}:{revocation.Decision.Id}:{revocation.Subject.Value}:{revocation.Until}")));

    private async Task AssertMemoryIsWhatTheStoreHoldsAsync()
    {
        var memory = Digest(Ledger.Current);
        await _driver.CrashAsync();
        Assert.Equal(memory, Digest(Ledger.Current));
    }

    private Decision Verdict(int i) => Decisions.Revoke($"auto-s{i}-0", Subject.Session($"s{i}"), DecisionSource.Auto, until: 1_000 + Day, evidenceUntil: 999) with { At = _time.GetUtcNow(), AssetId = "match" };

    private static AllowEntry Entry(string id, long expires) => new() { Id = id, Kind = AllowKind.Sid, Value = "a", Owner = "o", Reason = "r", Expires = DateTimeOffset.FromUnixTimeSeconds(expires) };

    private Task WatchedAsync(Subject subject, DecisionSource source) => Ledger.AppendAsync(new Decision
    {
        Id = $"dec-{subject.Value}",
        Kind = DecisionKind.Revoke,
        Subject = subject,
        Source = source,
        Reason = source == DecisionSource.Auto ? "five positions" : "seen by ada",
        Actor = "test",
        At = _time.GetUtcNow(),
        Until = _time.GetUtcNow().AddDays(300).ToUnixTimeSeconds(),
        Score = source == DecisionSource.Auto ? 85 : 0,
        Evidence = source == DecisionSource.Auto ? [new Finding("doubled-positions", 85, "five positions", 5, 1_000) { IsDecisive = true }] : [],
        UserAgent = "app/7",
        Asn = 64500,
    }).AsTask();
}
