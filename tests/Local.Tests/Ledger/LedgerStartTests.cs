using Portcullis.Engine;
using Portcullis.Local.Ledger;
using Portcullis.Local.Storage;
using Portcullis.Local.Tests.Storage;
using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Local.Tests.Ledger;

/// <summary>What a start reads, what a sweep forgets, and what the whole log still tells.</summary>
public sealed class LedgerStartTests : IAsyncLifetime
{
    private const long Day = 86_400;

    private readonly TestDatabase _database = new();
    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeSeconds(1_000));
    private SqliteLedger _ledger;

    public LedgerStartTests() => _ledger = Open();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _database.DisposeAsync().AsTask();

    private SqliteLedger Open() => new(_database.Database, _database.Writer, _time);

    private async Task<DecisionEffect> AppendAsync(Decision decision) => (await _ledger.AppendAsync(decision)).Effect;

    [Fact]
    public async Task Sweep_WhatEnded_LeavesMemoryAndComesBackWhenTheClockDoes()
    {
        var clock = new LedgerClock();
        _ledger = new SqliteLedger(_database.Database, _database.Writer, clock);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        await AppendAsync(Decisions.Revoke("d1", Subject.Session("s1"), at: now, until: now + Day));
        clock.Jump(TimeSpan.FromDays(3));
        await _ledger.SweepAsync(default);
        var ahead = _ledger.Current.Standing(0).Count();
        clock.Jump(TimeSpan.FromDays(-3));
        await _ledger.SweepAsync(default);

        Assert.Equal(0, ahead);
        Assert.NotNull(_ledger.Current.Find(Subject.Session("s1"), now));
    }

    /// <summary>A file of version 1, with bodies as they were written then.</summary>
    [Fact]
    public async Task Start_FileOfAnEarlierVersion_ReadsItsDecisions()
    {
        using var folder = new TempFolder();
        var path = folder.PathOf("old.db");
        var old = new SqliteDatabase(path, durable: true, MainDatabase.Steps[0]);
        using (var connection = old.Open())
        {
            foreach (var (id, sid, body) in new[]
            {
                ("d1", "s1", """{"sequence":0,"id":"d1","kind":"revoke","subject":{"kind":"session","value":"s1","isValid":true},"source":"auto","reason":"r","actor":"detectors","at":"1970-01-01T00:16:40.1234567+00:00","until":99999,"score":85,"evidence":[{"detector":"pace","weight":85,"sentence":"fast","count":1,"at":900000,"isDecisive":true}],"evidenceUntil":900000,"assetId":"match"}"""),
                ("l1", "s2", """{"sequence":0,"id":"l1","kind":"lift","subject":{"kind":"session","value":"s2","isValid":true},"source":"manual","reason":"r","actor":"a","at":"1970-01-01T00:16:40+00:00","until":0,"score":0,"evidence":[]}"""),
            })
                connection.Execute("INSERT INTO decisions (id, subject_kind, subject, body) VALUES (:id, 0, :sid, :body)", (":id", id), (":sid", sid), (":body", body));
        }
        var database = new SqliteDatabase(path, durable: true, MainDatabase.Steps);
        await using var writer = new GroupCommitWriter("ledger", database, _time);
        var ledger = new SqliteLedger(database, writer, _time);

        Assert.Equal("d1", ledger.Current.Find(Subject.Session("s1"), 1_000)!.Decision.Id);
        Assert.Equal("l1", ledger.Current.LastVoid(Subject.Session("s2"))!.Id);
        Assert.Equal(["d1"], (await ledger.SearchAsync(new DecisionQuery { Filter = new() { Asset = "match", Source = DecisionSource.Auto, Detector = "pace" } }, null, 10)).Select(decision => decision.Id));
    }

    /// <summary>A store that fails for a while must not use up the limit: the same verdicts come again.</summary>
    [Fact]
    public async Task Append_GroupsThatFail_CountOnceWhenTheyAreTriedAgain()
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var begun = new TaskCompletionSource();
            using var busy = new ManualResetEventSlim();
            await _database.Writer.EnqueueAsync(new Write<bool>(_ => begun.TrySetResult() && busy.Wait(TimeSpan.FromSeconds(30))), default);
            await begun.Task;
            var failing = Enumerable.Range(0, 40).Select(i => _ledger.AppendAsync(Verdict(i)).AsTask()).ToList();
            await _database.Writer.EnqueueAsync(new Write<bool>(_ => throw new IOException("The disk is gone.")), default);
            busy.Set();
            foreach (var append in failing)
                await Assert.ThrowsAsync<StoreUnavailableException>(() => append);
        }

        var receipts = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => _ledger.AppendAsync(Verdict(i)).AsTask()));

        Assert.Equal(50, receipts.Count(receipt => receipt.Decision.Kind == DecisionKind.Revoke));
    }

    private Decision Verdict(int i) => Decisions.Revoke($"auto-s{i}-0", Subject.Session($"s{i}"), DecisionSource.Auto, until: 1_000 + Day, evidenceUntil: 999) with { At = _time.GetUtcNow(), AssetId = "match" };
}
