using Portcullis.Engine;
using Portcullis.Local.Keys;
using Portcullis.Local.Ledger;
using Portcullis.Local.Storage;
using Portcullis.Local.Tests.Storage;
using Portcullis.Local.Tests.Stream;
using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Local.Tests.Ledger;

public sealed class BulkDeskTests : IAsyncLifetime
{
    private static readonly BulkOrder LiftAll = new() { Action = BulkAction.Lift, Filter = new() { Asset = "match" } };

    private readonly TestDatabase _database = new();
    private readonly TempFolder _parent = new();
    private readonly ManualTime _time = new();
    private readonly RecordingEngine _engine = new();
    private readonly DataFolder _folder;
    private SqliteLedger _ledger;

    public BulkDeskTests()
    {
        _folder = DataFolder.Open(_parent.PathOf("data"));
        _ledger = Open(50);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
        _parent.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(900)]
    [InlineData(1_700)]
    public async Task Lift_KilledHalfWay_RepeatingFinishesItAndTouchesNothingNewer(int lets)
    {
        await RevokeAsync(0, 1_500);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CarryOutAsync(new FailingLedger(_ledger, Math.Min(lets, 1_499)), LiftAll));
        await _database.ReopenAsync();
        _ledger = Open(50);
        await RevokeAsync(2_000, 7);

        var finished = await CarryOutAsync(_ledger, LiftAll);
        var again = await CarryOutAsync(_ledger, LiftAll);

        Assert.Equal((1_500, 1_500, 0), (finished!.Done, again!.Done, again.Matched));
        Assert.Equal(7, _ledger.Current.Standing(_time.Seconds).Count());
        Assert.Equal(1_500 + 7 + 1 + 1_500, _database.Count("decisions"));
        Assert.Null(await CarryOutAsync(_ledger, LiftAll with { Filter = new() { Asset = "other" } }));
    }

    /// <summary>Between the look and the lift a person blocked the session himself.</summary>
    [Fact]
    public async Task Lift_OfDetectorsOnly_LeavesWhatAPersonDecidedOrConfirmed()
    {
        var verdict = Decisions.Revoke("auto-s0-0", Subject.Session("s0"), DecisionSource.Auto, _time.Seconds, _time.Seconds + 86_400, _time.Seconds) with { AssetId = "match" };
        await _ledger.AppendAsync(verdict);
        await _ledger.AppendAsync(Decisions.Revoke("hand", verdict.Subject, DecisionSource.Manual, _time.Seconds, _time.Seconds + 86_400) with { AssetId = "match" });
        await _ledger.AppendAsync(Decisions.Lift("stale", verdict.Subject, _time.Seconds) with { Answers = verdict.Id });

        var outcome = await CarryOutAsync(_ledger, LiftAll with { Filter = new() { Source = DecisionSource.Auto } });

        Assert.Equal(0, outcome!.Matched);
        Assert.Equal("hand", _ledger.Current.Find(verdict.Subject, _time.Seconds)!.Decision.Id);
    }

    [Theory]
    [InlineData(BulkAction.Release, 30)]
    [InlineData(BulkAction.Drop, 1)]
    public async Task Held_ReleasedOrDropped_StandsOrIsGone(BulkAction action, int standing)
    {
        _ledger = Open(1);
        for (var i = 0; i < 30; i++)
            await _ledger.AppendAsync(Decisions.Revoke($"auto-s{i}-0", Subject.Session($"s{i}"), DecisionSource.Auto, _time.Seconds, _time.Seconds + 86_400, _time.Seconds) with { AssetId = "match", Score = 85 });
        var ids = _ledger.Current.Held(_time.Seconds).Select(hold => hold.Id).ToList();

        var outcome = await CarryOutAsync(_ledger, new BulkOrder { Action = action, Ids = [.. ids, "auto-s0-0", "unknown"] });

        Assert.Equal((29, 29, action == BulkAction.Drop ? 29 : 0), (outcome!.Matched, outcome.Done, _engine.Forgotten.Count));
        Assert.Equal(standing, _ledger.Current.Standing(_time.Seconds).Count());
        Assert.Empty(_ledger.Current.Held(_time.Seconds));
        Assert.All(_ledger.Current.Standing(_time.Seconds), revocation => Assert.Equal((85, "match"), (revocation.Decision.Score, revocation.Decision.AssetId)));
    }

    [Fact]
    public async Task Lift_OneOrInBulk_IsFoundByTheSameCriteria()
    {
        _ledger = Open(2);
        for (var i = 0; i < 4; i++)
            await _ledger.AppendAsync(Decisions.Revoke($"auto-s{i}-0", Subject.Session($"s{i}"), DecisionSource.Auto, _time.Seconds, _time.Seconds + 86_400, _time.Seconds) with
            {
                AssetId = "match", Score = 85, PolicyVersion = "0123456789ab", UserAgent = "app/7.1", Asn = 64_500, Evidence = [new Finding("pace", 85, "fast", 5, 1_000)],
            });
        var (assets, keys) = (new FixedAssets([]), SqliteKeyStore.Open(_folder, _database.Database, _time, default));
        var holds = new HoldDesk(_ledger, _engine, assets, keys, _time);
        var held = _ledger.Current.Held(_time.Seconds).OrderBy(hold => hold.Sequence).ToList();

        await new RevocationDesk(_ledger, _engine, assets, keys, _time).LiftAsync((await _ledger.FindAsync("auto-s0-0"))!, "one", "anna", default);
        await CarryOutAsync(_ledger, LiftAll);
        await holds.DropAsync(held[0], "one", "anna", default);
        await CarryOutAsync(_ledger, new BulkOrder { Action = BulkAction.Drop, Ids = [held[1].Id] }, "r2");

        foreach (var filter in (DecisionFilter[])[new() { Asset = "match" }, new() { PolicyVersion = "0123456789ab" }, new() { UserAgent = "app/7.1" }, new() { Asn = 64_500 }, new() { Detector = "pace" }])
        {
            Assert.Equal(["s1", "s0"], await SubjectsAsync(DecisionKind.Lift, filter));
            Assert.Equal(["s3", "s2"], await SubjectsAsync(DecisionKind.Drop, filter));
        }
        Assert.Equal(["s0", "s1", "s2", "s3"], _engine.Forgotten.Order());
    }

    private async Task<IEnumerable<string>> SubjectsAsync(DecisionKind kind, DecisionFilter filter) =>
        (await _ledger.SearchAsync(new DecisionQuery { Kind = kind, Filter = filter }, null, 10)).Select(decision => decision.Subject.Value);

    private SqliteLedger Open(int perMinute) => new(_database.Database, _database.Writer, _time, new BreakerOptions { PerMinute = perMinute });

    private Task RevokeAsync(int first, int count) => Task.WhenAll(Enumerable.Range(first, count).Select(i =>
        _ledger.AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"), DecisionSource.Manual, _time.Seconds, _time.Seconds + 86_400) with { AssetId = "match" }).AsTask()));

    private async Task<BulkOutcome?> CarryOutAsync(IRevocationLedger ledger, BulkOrder order, string requestId = "r1")
    {
        var (engine, assets, keys) = (_engine, new FixedAssets([]), SqliteKeyStore.Open(_folder, _database.Database, _time, default));
        return await new BulkDesk(ledger, new HoldDesk(ledger, engine, assets, keys, _time), engine, _time).CarryOutAsync(order, "a wave", "night shift", requestId, default);
    }
}
