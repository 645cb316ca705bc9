using System.Text.Json;
using Portcullis.Engine;
using Portcullis.Local.Ledger;
using Portcullis.Local.Storage;
using Portcullis.Local.Tests.Storage;
using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Local.Tests.Ledger;

public sealed class SqliteLedgerTests : IAsyncLifetime
{
    private static readonly Subject Pirate = Subject.Session("pirate"), Account = Subject.Account("abcdefghij");

    private static readonly ManualTime Time = new(DateTimeOffset.FromUnixTimeSeconds(1_000));

    private readonly TestDatabase _database = new();
    private SqliteLedger _ledger;

    public SqliteLedgerTests() => _ledger = new SqliteLedger(_database.Database, _database.Writer, Time);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _database.DisposeAsync().AsTask();

    private async Task ReopenAsync()
    {
        await _database.ReopenAsync();
        _ledger = new SqliteLedger(_database.Database, _database.Writer, Time);
    }

    private Task<LedgerReceipt> AppendAsync(Decision decision) => _ledger.AppendAsync(decision).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    private async Task<DecisionEffect> EffectAsync(Decision decision) => (await AppendAsync(decision)).Effect;

    private static (long Sequence, string Standing) Digest(RevocationSnapshot state) =>
        (state.Sequence, string.Join(' ', state.Standing(0).Select(revocation => $"{revocation.Decision.Sequence}:{revocation.Decision.Id}:{revocation.Subject.Value}:{revocation.Until}")));

    private void AssertMemoryIsWhatTheDiskHolds() =>
        Assert.Equal(Digest(new SqliteLedger(_database.Database, _database.Writer, Time).Current), Digest(_ledger.Current));

    [Fact]
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
        await ReopenAsync();
        var stored = await _ledger.FindAsync("d1");

        Assert.Equal((DecisionEffect.Applies, 1), (receipt.Effect, receipt.Decision.Sequence));
        Assert.Equal(decision.Evidence, stored!.Evidence);
        Assert.Equal(decision with { Sequence = 1, Evidence = stored.Evidence }, stored);
        Assert.Equal("d1", _ledger.Current.Find(Pirate, 1_500)!.Decision.Id);
        Assert.Null(await _ledger.FindAsync("d2"));
    }

    [Fact]
    public async Task Append_SameIdAgain_ChangesNothingAlsoAfterReopening()
    {
        await AppendAsync(Decisions.Revoke("d1", Pirate));
        var again = await AppendAsync(Decisions.Revoke("d1", Account, until: 9_000));
        await ReopenAsync();
        var afterwards = await AppendAsync(Decisions.Revoke("d1", Account, until: 9_000));

        Assert.Equal((DecisionEffect.AlreadyThere, Pirate, 1), (again.Effect, again.Decision.Subject, again.Decision.Sequence));
        Assert.Equal((DecisionEffect.AlreadyThere, Pirate, 1), (afterwards.Effect, afterwards.Decision.Subject, afterwards.Decision.Sequence));
        Assert.Equal((1, 1), (_database.Count("decisions"), _ledger.Current.Sequence));
    }

    [Fact]
    public async Task Append_SameIdsConcurrently_EachAppliesOnce()
    {
        const int ids = 50, each = 8;
        var receipts = await Task.WhenAll(Enumerable.Range(0, ids * each).Select(i => Task.Run(() => AppendAsync(Decisions.Revoke($"d{i % ids}", Subject.Session($"s{i % ids}"))))));

        Assert.Equal(ids, receipts.Count(receipt => receipt.Effect == DecisionEffect.Applies));
        Assert.Equal(ids * (each - 1), receipts.Count(receipt => receipt.Effect == DecisionEffect.AlreadyThere));
        Assert.All(receipts.GroupBy(receipt => receipt.Decision.Id), same => Assert.Single(same.Select(receipt => receipt.Decision.Sequence).Distinct()));
        Assert.Equal(ids, _ledger.Current.Standing(0).Count());
        AssertMemoryIsWhatTheDiskHolds();
    }

    [Fact]
    public async Task Append_AfterALift_VoidsOlderAutomaticEvidenceOnly()
    {
        await AppendAsync(Decisions.Revoke("d1", Pirate, DecisionSource.Auto, evidenceUntil: 900));
        Assert.Equal(DecisionEffect.Applies, await EffectAsync(Decisions.Lift("l1", Pirate, at: 1_000)));
        Assert.Equal(DecisionEffect.NothingToLift, await EffectAsync(Decisions.Lift("l2", Pirate, at: 1_001)));
        await ReopenAsync();

        Assert.Equal(DecisionEffect.Voided, await EffectAsync(Decisions.Revoke("d2", Pirate, DecisionSource.Auto, at: 1_002, evidenceUntil: 1_000)));
        Assert.Null(_ledger.Current.Find(Pirate, 1_500));
        Assert.Equal(DecisionEffect.Applies, await EffectAsync(Decisions.Revoke("d3", Pirate, DecisionSource.Auto, at: 1_002, evidenceUntil: 1_001)));
        Assert.Equal(DecisionEffect.Applies, await EffectAsync(Decisions.Lift("l3", Pirate, at: 1_010)));
        Assert.Equal(DecisionEffect.Applies, await EffectAsync(Decisions.Revoke("d4", Pirate, DecisionSource.Manual, at: 1_011, evidenceUntil: 900)));
        Assert.Equal(5, _database.Count("decisions"));
        AssertMemoryIsWhatTheDiskHolds();
    }

    [Fact]
    public async Task Append_InOneGroup_IsJudgedAgainstTheOnesBefore()
    {
        var begun = new TaskCompletionSource();
        using var busy = new ManualResetEventSlim();
        await _database.Writer.EnqueueAsync(new Write<bool>(_ => begun.TrySetResult() && busy.Wait(TimeSpan.FromSeconds(30))), default);
        await begun.Task;
        Task<LedgerReceipt>[] appends =
        [
            AppendAsync(Decisions.Lift("l0", Pirate)),
            AppendAsync(Decisions.Revoke("d1", Pirate)),
            AppendAsync(Decisions.Revoke("d1", Pirate)),
            AppendAsync(Decisions.Lift("l1", Pirate, at: 1_000)),
            AppendAsync(Decisions.Revoke("d2", Pirate, DecisionSource.Auto, evidenceUntil: 999)),
            AppendAsync(Decisions.Revoke("d3", Pirate, DecisionSource.Auto, evidenceUntil: 1_001)),
        ];
        busy.Set();
        var effects = (await Task.WhenAll(appends)).Select(receipt => receipt.Effect);

        Assert.Equal(
            [DecisionEffect.NothingToLift, DecisionEffect.Applies, DecisionEffect.AlreadyThere, DecisionEffect.Applies, DecisionEffect.Voided, DecisionEffect.Applies],
            effects);
        AssertMemoryIsWhatTheDiskHolds();
    }

    [Fact]
    public async Task Append_CrashRightAfterTheAcknowledgement_LosesNothing()
    {
        for (var i = 1; i <= 20; i++)
        {
            await AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}")));
            Assert.Equal(Digest(_ledger.Current), await _database.AfterCrashAsync(database => Digest(new SqliteLedger(database, _database.Writer, Time).Current)));
        }
        await Task.WhenAll(Enumerable.Range(100, 500).Select(i => AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}")))));

        Assert.Equal(520, _ledger.Current.Sequence);
        Assert.Equal(Digest(_ledger.Current), await _database.AfterCrashAsync(database => Digest(new SqliteLedger(database, _database.Writer, Time).Current)));
    }

    [Fact]
    public async Task Append_FileLocked_FailsThenRecoversWithMemoryAsOnDisk()
    {
        await AppendAsync(Decisions.Revoke("d1", Pirate));
        await using (_database.Lock())
        {
            Task<LedgerReceipt>[] failing = [.. Enumerable.Range(2, 5).Select(i => AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"))))];
            foreach (var append in failing)
                await Assert.ThrowsAsync<StoreUnavailableException>(() => append);
            Assert.Equal(1, _ledger.Current.Sequence);
            Assert.False(_database.Writer.Health.IsHealthy);
        }
        var retried = await AppendAsync(Decisions.Revoke("d2", Subject.Session("s2")));

        Assert.Equal((DecisionEffect.Applies, 2), (retried.Effect, retried.Decision.Sequence));
        Assert.True(_database.Writer.Health.IsHealthy);
        AssertMemoryIsWhatTheDiskHolds();
    }

    [Fact]
    public async Task Append_DiskFull_FailsThenRecoversWithMemoryAsOnDisk()
    {
        await AppendAsync(Decisions.Revoke("d1", Pirate));
        await _database.Writer.EnqueueAsync(new Write<object?>(connection => connection.Scalar("PRAGMA max_page_count = 1")), default);
        var large = Decisions.Revoke("d2", Account) with { Reason = new string('x', 500_000) };
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => AppendAsync(large));
        var failing = _database.Writer.Health;
        var retried = await AppendAsync(large);

        Assert.Contains("full", error.InnerException!.Message, StringComparison.Ordinal);
        Assert.Contains("SQLite error 13", failing.Error, StringComparison.Ordinal);
        Assert.Equal(DecisionEffect.Applies, retried.Effect);
        AssertMemoryIsWhatTheDiskHolds();
    }

    [Fact]
    public async Task Append_EarlierCommitFailedButReachedTheDisk_MemoryFollows()
    {
        // What a commit leaves behind whose answer was lost: rows that the writer was told it does not have.
        await AppendAsync(Decisions.Revoke("d1", Pirate));
        using (var connection = _database.Database.Open())
        {
            foreach (var lost in (Decision[])[Decisions.Revoke("d2", Account), Decisions.Revoke("d3", Subject.Session("other"))])
            {
                connection.Execute(
                    "INSERT INTO decisions (id, subject_kind, subject, body) VALUES (:id, :kind, :subject, :body)",
                    (":id", lost.Id), (":kind", (int)lost.Subject.Kind), (":subject", lost.Subject.Value), (":body", JsonSerializer.Serialize(lost, StoredJson.Options)));
            }
        }
        await using (_database.Lock())
            await Assert.ThrowsAsync<StoreUnavailableException>(() => AppendAsync(Decisions.Revoke("d3", Subject.Session("other"))));
        var retried = await AppendAsync(Decisions.Revoke("d3", Subject.Session("other")));

        Assert.Equal((DecisionEffect.AlreadyThere, 3), (retried.Effect, retried.Decision.Sequence));
        Assert.NotNull(_ledger.Current.Find(Account, 1_500));
        AssertMemoryIsWhatTheDiskHolds();
        Assert.Equal(DecisionEffect.Applies, await EffectAsync(Decisions.Revoke("d4", Pirate)));
        AssertMemoryIsWhatTheDiskHolds();
    }

    [Fact]
    public async Task History_MoreThanAPage_ComesNewestFirstPageByPage()
    {
        for (var i = 1; i <= 25; i++)
            await AppendAsync(Decisions.Revoke($"d{i}", i % 5 == 0 ? Pirate : i % 5 == 1 ? Subject.Account(Pirate.Value) : Subject.Session($"s{i}")));
        var pages = new List<long>();
        long? before = null;
        while (await _ledger.HistoryAsync(null, before, 10) is { Count: > 0 } page)
        {
            pages.AddRange(page.Select(decision => decision.Sequence));
            before = page[^1].Sequence;
        }

        Assert.Equal(Enumerable.Range(1, 25).Reverse().Select(i => (long)i), pages);
        Assert.Equal([25, 20, 15], (await _ledger.HistoryAsync(Pirate, null, 3)).Select(decision => decision.Sequence));
        Assert.Equal([10, 5], (await _ledger.HistoryAsync(Pirate, 15, 3)).Select(decision => decision.Sequence));
        Assert.Equal([21, 16, 11, 6, 1], (await _ledger.HistoryAsync(Subject.Account(Pirate.Value), null, 100)).Select(decision => decision.Sequence));
        Assert.Empty(await _ledger.HistoryAsync(Subject.Session("nobody"), null, 100));
    }

    [Fact]
    public async Task Watch_SlowReader_SkipsToTheNewest()
    {
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var states = _ledger.WatchAsync(stopping.Token).GetAsyncEnumerator(stopping.Token);
        await states.MoveNextAsync();
        var first = states.Current;
        for (var i = 1; i <= 10; i++)
            await AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}")));
        await states.MoveNextAsync();

        Assert.Equal((0, 10), (first.Sequence, states.Current.Sequence));
    }

    [Fact]
    public async Task Watch_ReadersWhileManyAppend_ComeToTheNewestInOrder()
    {
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var seen = new List<long>();
            await foreach (var state in _ledger.WatchAsync(stopping.Token))
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

    [Fact]
    public async Task Erase_AnAccount_TakesTextsFromMemoryAndFileAndLeavesTheBlocks()
    {
        const string Secret = "WhatOnlyThisCustomerDid";
        var (session, tag) = (Subject.Session("abcdefghij_0123456789abcdef"), Subject.Account("abcdefghij"));
        var revoked = Decisions.Revoke("d1", session, DecisionSource.Auto, evidenceUntil: 900) with { Reason = Secret, Score = 90, AssetId = "match-1", Evidence = [new Finding("pace", 90, Secret, 5, 900_000)] };
        await AppendAsync(revoked);
        await AppendAsync(Decisions.Revoke("d2", tag) with { Reason = Secret });
        await AppendAsync(Decisions.Revoke("d3", Subject.Session("abcdefghij_lifted0123456")) with { Reason = Secret });
        await AppendAsync(Decisions.Lift("l3", Subject.Session("abcdefghij_lifted0123456")) with { Reason = Secret });
        await AppendAsync(Decisions.Revoke("d4", Subject.Session("abcdefghik_0123456789abcdef")));
        await AppendAsync(Decisions.Revoke("d5", Subject.Session("abcdefghij")));
        var before = Digest(_ledger.Current);

        var erased = (await _ledger.EraseAsync("abcdefghij", default), await _ledger.EraseAsync("abcdefghij", default));

        Assert.Equal((4, 0), erased);
        Assert.Equal(before, Digest(_ledger.Current));
        Assert.Equal(-1, _database.AllBytes().AsSpan().IndexOf(LogText.Bytes(Secret)));
        var kept = await _ledger.FindAsync("d1");
        Assert.Equal(revoked with { Sequence = 1, Reason = "erased", Evidence = kept!.Evidence, EvidenceUntil = null, Score = 0, AssetId = null }, kept);
        Assert.Empty(kept.Evidence);
        Assert.Equal("erased", _ledger.Current.Find(session, 1_500)!.Decision.Reason);
        Assert.Equal(["test", "test"], new[] { (await _ledger.FindAsync("d4"))!.Reason, (await _ledger.FindAsync("d5"))!.Reason });
        AssertMemoryIsWhatTheDiskHolds();
        Assert.Equal(DecisionEffect.AlreadyThere, await EffectAsync(revoked));
        Assert.Equal(DecisionEffect.PeopleOnly, await EffectAsync(Decisions.Revoke("d6", tag, DecisionSource.Auto, evidenceUntil: 2_000)));
    }
}
