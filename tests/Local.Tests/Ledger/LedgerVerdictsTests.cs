using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Local.Keys;
using Portcullis.Local.Ledger;
using Portcullis.Local.Storage;
using Portcullis.Local.Tests.Storage;
using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Local.Tests.Ledger;

public sealed class LedgerVerdictsTests : IAsyncLifetime
{
    private const long Kickoff = 1_800_000_000_000, End = Kickoff + 7_200_000;

    private static readonly ManualTime Time = new(DateTimeOffset.FromUnixTimeMilliseconds(End));

    private readonly TestDatabase _database = new();
    private readonly TempFolder _parent = new();
    private readonly DataFolder _folder;
    private readonly SqliteLedger _ledger;

    public LedgerVerdictsTests()
    {
        _folder = DataFolder.Open(_parent.PathOf("data"));
        _ledger = new SqliteLedger(_database.Database, _database.Writer, Time);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
        _parent.Dispose();
    }

    [Theory]
    [InlineData(Arming.Armed, Kickoff, Kickoff, true)]
    [InlineData(Arming.Armed, Kickoff - 1, Kickoff - 1, false)]
    [InlineData(Arming.Armed, End, End, false)]
    // Seen in the window, read when it was over; and caught before it, and still there in it.
    [InlineData(Arming.Armed, End - 1, End + 5_000, true)]
    [InlineData(Arming.Armed, Kickoff - 600_000, Kickoff + 2_000, true)]
    [InlineData(Arming.Shadow, Kickoff, Kickoff, false)]
    public async Task Deliver_AssetWithAWindow_IsEnforcedByTheLinesTime(Arming arming, long evidence, long newest, bool enforced)
    {
        var asset = new Asset
        {
            Id = "match", Path = "/live/match/master.m3u8", Arming = arming,
            ArmedWindows = [new ArmedWindow { From = DateTimeOffset.FromUnixTimeMilliseconds(Kickoff), Until = DateTimeOffset.FromUnixTimeMilliseconds(End) }],
        };
        var verdicts = Verdicts(asset);

        var settled = await verdicts.DeliverAsync(Report("match", VerdictAction.Revoke, evidence, newest), default);

        Assert.Equal((enforced, enforced ? 1 : 0), (settled, _ledger.Current.Sequence));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gone")]
    public async Task Deliver_SessionOfNoAsset_IsEnforced(string? asset)
    {
        Assert.True(await Verdicts().DeliverAsync(Report(asset, VerdictAction.Revoke, Kickoff, Kickoff), default));
        Assert.Equal(1, _ledger.Current.Sequence);
    }

    [Fact]
    public async Task Deliver_SameVerdictAgain_IsOneDecision()
    {
        var verdicts = Verdicts();
        for (var i = 0; i < 3; i++)
            Assert.True(await verdicts.DeliverAsync(Report(null, VerdictAction.Revoke, Kickoff, Kickoff + i), default));

        Assert.Equal(1, _ledger.Current.Sequence);
    }

    [Fact]
    public async Task Deliver_Flag_AsksForNothing()
    {
        Assert.True(await Verdicts(new Asset { Id = "match", Path = "/m", Arming = Arming.Shadow }).DeliverAsync(Report("match", VerdictAction.Flag, Kickoff, Kickoff), default));
        Assert.Equal(0, _ledger.Current.Sequence);
    }

    [Fact]
    public async Task Deliver_Enforced_RecordsPolicyVersionAndTheMainViewer()
    {
        await Verdicts().DeliverAsync(Report(null, VerdictAction.Revoke, Kickoff, Kickoff) with { PolicyVersion = "0123456789ab", Viewers = [Viewer("198.18.0.1", "TV", 64500, 3), Viewer("203.0.113.9", "app/7.1", 64501, 9)] }, default);

        var decision = _ledger.Current.Find(Subject.Session("pirate"), 0)!.Decision;
        Assert.Equal(("0123456789ab", "app/7.1", 64501u), (decision.PolicyVersion, decision.UserAgent, decision.Asn));
    }

    [Fact]
    public async Task Deliver_Disarmed_IsAskedAgainUntilArmed()
    {
        var (verdicts, report) = (Verdicts(), Report(null, VerdictAction.Revoke, Kickoff, Kickoff));
        await _ledger.AppendAsync(Decisions.Of(DecisionKind.Disarm, "off", Subject.Installation));
        var disarmed = await verdicts.DeliverAsync(report, default);
        await _ledger.AppendAsync(Decisions.Of(DecisionKind.Arm, "on", Subject.Installation));

        Assert.False(disarmed);
        Assert.True(await verdicts.DeliverAsync(report, default));
        Assert.Equal(3, _ledger.Current.Sequence);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(SessionState.MaxViewers, true)]
    public async Task Deliver_EveryViewerAllowed_IsNotEnforcedWhileNoneWasForgotten(int viewers, bool enforced)
    {
        await _ledger.AppendAsync(Decisions.Allow("a", new AllowEntry { Id = "e", Kind = AllowKind.Cidr, Value = "198.18.0.0/15", Owner = "o", Reason = "r", Expires = Time.GetUtcNow().AddDays(1) }));
        var report = Report(null, VerdictAction.Revoke, Kickoff, Kickoff) with { Viewers = [.. Enumerable.Range(1, viewers).Select(i => Viewer($"198.18.0.{i}", "TV", 0, 1))] };

        Assert.Equal(enforced, await Verdicts().DeliverAsync(report, default));
    }

    [Fact]
    public async Task Deliver_HeldThenDropped_SameEvidenceIsVoidAndNewEvidenceIsNot()
    {
        var verdicts = Verdicts();
        for (var i = 0; i < 50; i++)
            await _ledger.AppendAsync(Decisions.Revoke($"auto-{i}", Subject.Session($"s{i}"), DecisionSource.Auto, End / 1000, evidenceUntil: End / 1000));
        Assert.True(await verdicts.DeliverAsync(Report(null, VerdictAction.Revoke, Kickoff, Kickoff), default));
        var held = _ledger.Current.FindHeld(Subject.Session("pirate"), 0)!;
        await _ledger.AppendAsync(Decisions.Of(DecisionKind.Drop, "drop", held.Subject, End / 1000, held.Id));

        Assert.True(await verdicts.DeliverAsync(Report(null, VerdictAction.Revoke, Kickoff, Kickoff), default));
        Assert.Empty(_ledger.Current.Held(0));
        Assert.Equal(End, verdicts.LiftedAt("pirate"));
        Assert.True(await verdicts.DeliverAsync(Report(null, VerdictAction.Revoke, End + 1, End + 1), default));
        Assert.NotEqual(held.Id, Assert.Single(_ledger.Current.Held(0)).Id);
    }

    private static ViewerReport Viewer(string address, string agent, uint asn, int lines) => new(new ViewerText(address, agent, "DE", asn), Kickoff, Kickoff, lines);

    private LedgerVerdicts Verdicts(params Asset[] assets)
    {
        return new LedgerVerdicts(_ledger, new FixedAssets(assets), SqliteKeyStore.Open(_folder, _database.Database, Time, default), Time);
    }

    private static SessionReport Report(string? asset, VerdictAction action, long evidence, long newest) => new(
        "pirate", asset, evidence, newest, 10, 0, new SessionVerdict(action, 85, [new Finding("doubled-positions", 85, "Two viewers.", 5, evidence) { IsDecisive = true }], evidence), []);
}
