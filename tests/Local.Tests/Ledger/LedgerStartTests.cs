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
    public async Task Start_LiftEndedBeforeWhatItLifted_StaysLifted()
    {
        var pirate = Subject.Session("pirate");
        await AppendAsync(Decisions.Revoke("d1", pirate, until: 1_000 + (400 * Day)));
        await AppendAsync(Decisions.Lift("l1", pirate, at: 1_001));
        _time.Advance(TimeSpan.FromDays(100));
        _ledger = Open();

        Assert.Null(_ledger.Current.Find(pirate, _time.Seconds));
        Assert.Null(_ledger.Current.LastVoid(pirate));
        Assert.Equal(2, _ledger.Current.Sequence);
        // Memory has forgotten the lift; the log has not.
        Assert.Equal(DecisionEffect.Voided, await AppendAsync(Decisions.Revoke("d2", pirate, DecisionSource.Auto, at: _time.Seconds, until: _time.Seconds + Day, evidenceUntil: 1_001)));
        Assert.Equal(DecisionEffect.Applies, await AppendAsync(Decisions.Revoke("d3", pirate, DecisionSource.Auto, at: _time.Seconds, until: _time.Seconds + Day, evidenceUntil: 1_002)));
    }

    [Fact]
    public async Task Start_EarlierRevocationLastsLonger_StandsUntilThen()
    {
        var pirate = Subject.Session("pirate");
        await AppendAsync(Decisions.Revoke("d1", pirate, until: 1_000 + (10 * Day)));
        await AppendAsync(Decisions.Revoke("d2", pirate, until: 1_000 + Day));
        _time.Advance(TimeSpan.FromDays(5));

        Assert.Equal(("d2", 1_000 + (10 * Day)), Open().Current.Find(pirate, _time.Seconds) is { } found ? (found.Decision.Id, found.Until) : default);
    }

    [Fact]
    public async Task Start_ManyEnded_ReadsOnlyWhatStandsAndTheSwitch()
    {
        for (var i = 0; i < 200; i++)
            await AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"), until: 1_000 + (i < 190 ? 60 : 400 * Day)));
        await AppendAsync(Decisions.Of(DecisionKind.Disarm, "off", Subject.Installation));
        await AppendAsync(Decisions.Allow("a1", Entry("e1", 1_060)));
        await AppendAsync(Decisions.Allow("a2", Entry("e2", 1_000 + (80 * Day))));
        _time.Advance(TimeSpan.FromDays(40));
        _ledger = Open();

        Assert.Equal(10, _ledger.Current.Standing(0).Count());
        Assert.Equal("off", _ledger.Current.Disarmed?.Id);
        Assert.Equal(["e2"], _ledger.Current.Allowed.Holding(DateTimeOffset.UnixEpoch).Select(entry => entry.Id));
        Assert.Equal(203, _ledger.Current.Sequence);
        Assert.Equal(DecisionEffect.AlreadyThere, await AppendAsync(Decisions.Revoke("d1", Subject.Session("s1"))));
        Assert.Equal(DecisionEffect.Disarmed, await AppendAsync(Decisions.Revoke("x", Subject.Session("x"), DecisionSource.Auto)));
    }

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

    /// <summary>The search in SQL and the filter in memory must mean the same.</summary>
    [Fact]
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
        var all = await _ledger.HistoryAsync(null, null, 1_000);
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
            Assert.Equal(expected, (await _ledger.SearchAsync(new DecisionQuery { Filter = filter }, null, 1_000)).Select(decision => decision.Id));
        }
    }

    [Fact]
    public async Task Append_ManyVerdictsAtOnce_NoMoreThanTheLimitPassAndARestartKnowsThem()
    {
        var receipts = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => _ledger.AppendAsync(Verdict(i)).AsTask())));
        _time.Advance(TimeSpan.FromSeconds(30));
        _ledger = Open();
        var afterwards = await _ledger.AppendAsync(Verdict(200));
        _time.Advance(TimeSpan.FromSeconds(31));
        _ledger = Open();
        var aMinuteLater = await _ledger.AppendAsync(Verdict(201));

        Assert.Equal((50, 150), (receipts.Count(receipt => receipt.Decision.Kind == DecisionKind.Revoke), receipts.Count(receipt => receipt.Decision is { Kind: DecisionKind.Hold, HeldFor: HoldCause.Rate })));
        Assert.Equal(DecisionKind.Hold, afterwards.Decision.Kind);
        Assert.Equal(DecisionKind.Revoke, aMinuteLater.Decision.Kind);
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

    private static AllowEntry Entry(string id, long expires) => new() { Id = id, Kind = AllowKind.Sid, Value = "a", Owner = "o", Reason = "r", Expires = DateTimeOffset.FromUnixTimeSeconds(expires) };
}
