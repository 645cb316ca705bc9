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
