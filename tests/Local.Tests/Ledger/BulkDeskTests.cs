using Portcullis.Engine;
using Portcullis.Local.Keys;
using Portcullis.Local.Ledger;
using Portcullis.Local.Storage;
using Portcullis.Local.Tests.Storage;
using Portcullis.Local.Tests.Stream;
using Portcullis.Revocations;

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

    private SqliteLedger Open(int perMinute) => new(_database.Database, _database.Writer, _time, new BreakerOptions { PerMinute = perMinute });

    private Task RevokeAsync(int first, int count) => Task.WhenAll(Enumerable.Range(first, count).Select(i =>
        _ledger.AppendAsync(Decisions.Revoke($"d{i}", Subject.Session($"s{i}"), DecisionSource.Manual, _time.Seconds, _time.Seconds + 86_400) with { AssetId = "match" }).AsTask()));

    private async Task<BulkOutcome?> CarryOutAsync(IRevocationLedger ledger, BulkOrder order)
    {
        var (engine, assets, keys) = (_engine, new FixedAssets([]), SqliteKeyStore.Open(_folder, _database.Database, _time, default));
        return await new BulkDesk(ledger, new HoldDesk(ledger, engine, assets, keys, _time), engine, _time).CarryOutAsync(order, "a wave", "night shift", "r1", default);
    }
}
