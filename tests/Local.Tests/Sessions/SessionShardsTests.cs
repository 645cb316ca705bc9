using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Local.Sessions;
using Portcullis.Sessions;
using Portcullis.Tokens;

namespace Portcullis.Local.Tests.Sessions;

public sealed class SessionShardsTests
{
    private const string Pirate = "pirate", Viewer = "viewer";

    private readonly RecordingSink _sink = new();
    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeMilliseconds(LogText.Start));
    private AssetCatalogue _assets = AssetCatalogue.Empty;
    private readonly SessionShards _sessions;

    public SessionShardsTests() => _sessions = new SessionShards(_sink, () => _assets, new DetectionPolicy(), _time);

    private Task ObserveAsync(IEnumerable<string> lines, CancellationToken cancellation = default) =>
        _sessions.ObserveAsync(LogText.Batch(lines, _assets), cancellation).AsTask();

    private async Task<SessionReport> FindAsync(string sid) => (await _sessions.FindAsync(sid, default))!;

    [Fact]
    public async Task Observe_SharedAndHonestSession_RevokesTheSharedOneOnly()
    {
        await ObserveAsync([.. LogText.Playing(Pirate, viewers: 3, segments: 10), .. LogText.Playing(Viewer, viewers: 1, segments: 10)]);
        var (pirate, viewer) = (await FindAsync(Pirate), await FindAsync(Viewer));

        Assert.Equal((VerdictAction.Revoke, 30, 3), (pirate.Verdict.Action, pirate.Lines, pirate.Viewers.Count));
        Assert.Equal((VerdictAction.Observe, 10, 0), (viewer.Verdict.Action, viewer.Lines, viewer.Verdict.Score));
        Assert.Equal(Pirate, Assert.Single(_sink.Delivered).Sid);
        Assert.Equal(new SessionCounts(2, 2, 0, 1), _sessions.Counts);
        Assert.Null(await _sessions.FindAsync("nobody", default));
    }

    [Fact]
    public async Task Observe_AssetAllowsTheViewers_RevokesNobody()
    {
        _assets = new AssetCatalogue(1, [new Asset { Id = "one", Path = "/live/one/master.m3u8", Policy = new TokenPolicy { AllowedViewers = 3 } }]);
        await ObserveAsync(LogText.Playing(Pirate, viewers: 3, segments: 10));

        Assert.Equal(("one", VerdictAction.Observe), ((await FindAsync(Pirate)).AssetId, (await FindAsync(Pirate)).Verdict.Action));
    }

    [Fact]
    public async Task Observe_VerdictDoesNotRise_IsDeliveredOnce()
    {
        foreach (var line in LogText.Playing(Pirate, viewers: 3, segments: 30))
            await ObserveAsync([line]);

        Assert.Equal(_sink.Delivered.Select(report => report.Verdict.Score).Distinct().Order(), _sink.Delivered.Select(report => report.Verdict.Score));
        Assert.Equal(VerdictAction.Revoke, _sink.Delivered.Last().Verdict.Action);
    }

    [Fact]
    public async Task Observe_StoreUnavailable_CompletesOnlyWhenDelivered()
    {
        _sink.Failure = new StoreUnavailableException("down");
        var observing = ObserveAsync(LogText.Playing(Pirate, viewers: 3, segments: 10));
        await Poll.UntilAsync(_time, TimeSpan.FromMilliseconds(250), () => _sink.Attempts >= 5, "some attempts");
        Assert.False(observing.IsCompleted);
        _sink.Failure = null;
        await Poll.UntilAsync(_time, TimeSpan.FromMilliseconds(250), () => observing.IsCompleted, "the batch");
        await observing;

        Assert.Single(_sink.Delivered);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Observe_BatchAgainAfterItsDeliveryFailed_DeliversTheVerdict(bool cancelled)
    {
        var lines = LogText.Playing(Pirate, viewers: 3, segments: 10).ToList();
        _sink.Failure = cancelled ? new StoreUnavailableException("down") : new InvalidOperationException("broken");
        using var cancellation = new CancellationTokenSource();
        var observing = ObserveAsync(lines, cancellation.Token);
        await Poll.UntilAsync(() => _sink.Attempts == 1, "an attempt");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => observing);
        _sink.Failure = null;
        await ObserveAsync(lines);
        await ObserveAsync(lines);

        Assert.Equal(VerdictAction.Revoke, Assert.Single(_sink.Delivered).Verdict.Action);
    }

    [Fact]
    public async Task Observe_AfterALift_CountsNewerLinesOnly()
    {
        var early = LogText.Playing(Pirate, viewers: 3, segments: 10).ToList();
        await ObserveAsync(early);
        _sink.Lifts[Pirate] = LogText.Start + 30_000;
        await ObserveAsync(early);
        var lifted = await FindAsync(Pirate);
        await ObserveAsync(LogText.Playing(Pirate, viewers: 3, segments: 10, start: LogText.Start + 40_000));
        var again = await FindAsync(Pirate);

        Assert.Equal((VerdictAction.Observe, 60), (lifted.Verdict.Action, lifted.Lines));
        Assert.Equal((VerdictAction.Revoke, 90), (again.Verdict.Action, again.Lines));
        Assert.Equal(2, _sink.Delivered.Count);
        Assert.True(_sink.Delivered.Last().Verdict.EvidenceUntil > LogText.Start + 40_000);
    }

    [Fact]
    public async Task Observe_UnknownSessionThatWasLifted_CountsNewerLinesOnly()
    {
        _sink.Lifts[Pirate] = LogText.Start + 30_000;
        await ObserveAsync(LogText.Playing(Pirate, viewers: 3, segments: 10));

        Assert.Equal((VerdictAction.Observe, 30), ((await FindAsync(Pirate)).Verdict.Action, (await FindAsync(Pirate)).Lines));
        Assert.Empty(_sink.Delivered);
    }

    [Fact]
    public async Task Reset_RevokedSession_ForgetsItsEvidence()
    {
        await ObserveAsync(LogText.Playing(Pirate, viewers: 3, segments: 10));
        await _sessions.ResetAsync(Pirate, LogText.Start + 30_000, default);
        await _sessions.ResetAsync("nobody", LogText.Start, default);

        Assert.Equal(SessionVerdict.Clear, (await FindAsync(Pirate)).Verdict);
        Assert.Null(await _sessions.FindAsync("nobody", default));
    }

    [Fact]
    public async Task Top_ManySessions_HasHighestScoreThenNewestFirst()
    {
        for (var i = 0; i < 20; i++)
            await ObserveAsync(LogText.Playing($"viewer-{i:d2}", viewers: 1, segments: 1, start: LogText.Start + (i * 7 % 20 * 1_000)));
        await ObserveAsync(LogText.Playing("VIEWER-pirate", viewers: 3, segments: 10));
        await ObserveAsync(LogText.Playing("viewer-home", viewers: 2, segments: 10));
        var all = await _sessions.TopAsync(null, 1_000, default);
        var some = await _sessions.TopAsync(null, 5, default);
        var found = await _sessions.TopAsync("R-1", 1_000, default);

        Assert.Equal(22, all.Count);
        Assert.Equal(all.OrderByDescending(report => report.Verdict.Score).ThenByDescending(report => report.LastSeen).Select(report => report.Sid), all.Select(report => report.Sid));
        Assert.Equal(["VIEWER-pirate", "viewer-home"], all.Take(2).Select(report => report.Sid));
        Assert.Equal(all.Take(5).Select(report => report.Sid), some.Select(report => report.Sid));
        Assert.Equal(10, found.Count);
    }

    [Fact]
    public async Task DropIdle_SomeIdle_KeepsTheOthersAndMarksTheDroppedOnes()
    {
        await ObserveAsync([.. LogText.Playing("old", viewers: 1, segments: 4, each: 1), .. LogText.Playing("new", viewers: 1, segments: 4, start: LogText.Start + 10, each: 1)]);
        _sessions.TakeDirty();
        _sessions.DropIdle(LogText.Start + 105 + (long)SessionShards.IdleAfter.TotalMilliseconds);

        Assert.Equal(["new"], (await _sessions.TopAsync(null, 10, default)).Select(report => report.Sid));
        Assert.Equal([new("old", null)], _sessions.TakeDirty());
    }

    [Fact]
    public async Task DropIdle_NeverStored_LeavesNothingToDelete()
    {
        await ObserveAsync([LogText.Segment(1, LogText.Start, "old", position: 1)]);
        _sessions.DropIdle(LogText.Start + 200 + (long)SessionShards.IdleAfter.TotalMilliseconds);

        Assert.Empty(_sessions.TakeDirty());
    }

    [Fact]
    public async Task DropIdle_SeenAgainWhileItsDeletionFailed_IsDeletedLater()
    {
        await ObserveAsync([LogText.Segment(1, LogText.Start, "old", position: 1)]);
        _sessions.TakeDirty();
        var end = LogText.Start + 200 + (long)SessionShards.IdleAfter.TotalMilliseconds;
        _sessions.DropIdle(end);
        var lost = _sessions.TakeDirty();
        await ObserveAsync([LogText.Segment(2, end, "old", position: 9)]);
        _sessions.ReturnDirty(lost.Select(session => session.Key));
        _sessions.DropIdle(end + 200 + (long)SessionShards.IdleAfter.TotalMilliseconds);

        Assert.Equal([new("old", null)], lost);
        Assert.Equal(lost, _sessions.TakeDirty());
    }

    [Fact]
    public async Task DropIdle_SessionOfALine_GoesSooner()
    {
        await ObserveAsync([LogText.Segment(1, LogText.Start, "line"), .. LogText.Playing("real", viewers: 1, segments: 4, each: 1)]);
        _sessions.DropIdle(LogText.Start + 200 + (long)SessionShards.ShortIdleAfter.TotalMilliseconds);

        Assert.Equal(["real"], (await _sessions.TopAsync(null, 10, default)).Select(report => report.Sid));
    }

    [Fact]
    public async Task Observe_FloodOfSessionsOfALine_IsBoundedAndPushesOutNoRealOne()
    {
        var sessions = new SessionShards(_sink, () => AssetCatalogue.Empty, new DetectionPolicy(), _time, capacity: 1_600);
        foreach (var sid in Enumerable.Range(0, 400).Select(i => $"real-{i}"))
            await sessions.ObserveAsync(LogText.Batch(LogText.Playing(sid, viewers: 1, segments: 5)), default);
        await sessions.ObserveAsync(LogText.Batch(Enumerable.Range(0, 20_000).Select(i => LogText.Segment(i, LogText.Start + 60_000 + i, $"flood-{i}"))), default);

        Assert.InRange(sessions.Counts.InMemory, 400, 1_600);
        Assert.Equal(400, (await sessions.TopAsync("real-", 1_000, default)).Count);
        Assert.True(sessions.PushedOut >= 18_000);
    }

    [Fact]
    public async Task Settle_QuietSession_JudgesItsLastMinutes()
    {
        // How long segments play is learned from others. Then a whole title in 40 s, and not a line after it.
        await ObserveAsync([.. LogText.Playing("other", viewers: 1, segments: 60, start: LogText.Start - 200_000), .. LogText.Playing(Viewer, viewers: 1, segments: 400, each: 100)]);
        await _sessions.SettleAsync(LogText.Start + 200_000, default);

        Assert.Equal(VerdictAction.Revoke, (await FindAsync(Viewer)).Verdict.Action);
        Assert.Equal(Viewer, _sink.Delivered.Last().Sid);
    }

    [Fact]
    public async Task TakeDirty_Changes_ComeOnceUnlessReturned()
    {
        await ObserveAsync([LogText.Segment(1, LogText.Start, "a"), LogText.Segment(2, LogText.Start, "b")]);
        var first = _sessions.TakeDirty();
        var none = _sessions.TakeDirty();
        _sessions.ReturnDirty(["b"]);
        var returned = _sessions.TakeDirty();
        await _sessions.ResetAsync("a", LogText.Start, default);

        Assert.Equal(["a", "b"], first.Select(session => session.Key).Order());
        Assert.Empty(none);
        Assert.Equal(["b"], returned.Select(session => session.Key));
        Assert.Equal(first.Single(session => session.Key == "b").Value, returned[0].Value);
        Assert.Equal(["a"], _sessions.TakeDirty().Select(session => session.Key));
    }

    [Fact]
    public async Task Watch_VerdictsRise_ComeToEveryWatcher()
    {
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var first = _sessions.WatchAsync(stopping.Token).GetAsyncEnumerator(stopping.Token);
        await using var second = _sessions.WatchAsync(stopping.Token).GetAsyncEnumerator(stopping.Token);
        var (firstMoves, secondMoves) = (first.MoveNextAsync(), second.MoveNextAsync());
        await ObserveAsync([.. LogText.Playing(Viewer, viewers: 1, segments: 10), .. LogText.Playing(Pirate, viewers: 3, segments: 10)]);
        await firstMoves;
        await secondMoves;
        var nextMove = first.MoveNextAsync();
        await _sessions.ResetAsync(Pirate, LogText.Start + 30_000, default);
        var revoked = second.Current;
        await nextMove;

        Assert.Equal((Pirate, VerdictAction.Revoke), (revoked.Sid, revoked.Verdict.Action));
        Assert.Equal((Pirate, VerdictAction.Observe), (first.Current.Sid, first.Current.Verdict.Action));
    }

    [Fact]
    public async Task Observe_ManyReadersAtOnce_CountsEveryLine()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(reader => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
                await ObserveAsync([LogText.Segment(i, LogText.Start + i, "shared"), LogText.Segment(i, LogText.Start + i, $"own-{reader}")]);
        })));

        Assert.Equal(800, (await FindAsync("shared")).Lines);
        Assert.All(await _sessions.TopAsync("own", 10, default), report => Assert.Equal(100, report.Lines));
    }

    private static Asset One(long version, DetectionPolicy? detection) => new() { Id = "one", Path = "/live/one/master.m3u8", Detection = detection, Arming = version % 2 == 0 ? Arming.Armed : Arming.Shadow };

    [Fact]
    public async Task Observe_AssetWithItsOwnPolicy_IsJudgedByIt()
    {
        // The same lines on the same path: only the asset's policy differs. A policy that revokes at 100 only flags two viewers.
        _assets = new AssetCatalogue(1, [One(1, new DetectionPolicy { RevokeAt = 100, DoubledPositions = new() { Weight = 60, CrowdWeight = 60 } })]);
        await ObserveAsync(LogText.Playing("flagged", viewers: 2, segments: 15));
        _assets = new AssetCatalogue(2, [One(2, null)]);
        await ObserveAsync(LogText.Playing("revoked", viewers: 2, segments: 15));
        // Other sessions are judged by the installation's.
        _assets = new AssetCatalogue(3, [One(3, new DetectionPolicy { FlagAt = 100, RevokeAt = 100 }) with { Path = "/live/two/master.m3u8" }]);
        await ObserveAsync(LogText.Playing("elsewhere", viewers: 2, segments: 15));

        Assert.Equal(VerdictAction.Flag, (await FindAsync("flagged")).Verdict.Action);
        Assert.Equal(VerdictAction.Revoke, (await FindAsync("revoked")).Verdict.Action);
        Assert.Equal(VerdictAction.Revoke, (await FindAsync("elsewhere")).Verdict.Action);
    }

    [Fact]
    public async Task Observe_MoreOwnPoliciesThanRoomIsKeptFor_AreAllHeededAfterwards()
    {
        _assets = new AssetCatalogue(1, [.. Enumerable.Range(0, 200).Select(i => new Asset { Id = $"a{i}", Path = $"/live/one{i}/master.m3u8", Detection = new() { FlagAt = 1 + (i % 80), RevokeAt = i < 100 ? 80 : 100, Pace = new() { Weight = i % 100 } } })]);
        var lines = Enumerable.Range(0, 200).SelectMany(i => LogText.Playing($"s{i}", viewers: 2, segments: 15).Select(line => line.Replace("/live/one/", $"/live/one{i}/", StringComparison.Ordinal))).ToList();
        await ObserveAsync(lines.OrderBy(line => line.Split('\t')[0], StringComparer.Ordinal));

        foreach (var report in await _sessions.TopAsync(null, 1_000, default))
        {
            var policy = _assets.Find(report.AssetId!)!.Detection!;
            Assert.Equal(policy.ActionOf(report.Verdict.Score, decisive: true), report.Verdict.Action);
        }
        Assert.Equal(new SessionCounts(0, 200, 100, 100), _sessions.Counts with { Live = 0 });
    }

    [Fact]
    public async Task Observe_VerdictNotEnforced_IsDeliveredAgainWithEachLaterBatchUntilItIs()
    {
        _sink.IsArmed = false;
        await ObserveAsync(LogText.Playing(Pirate, viewers: 3, segments: 10));
        await ObserveAsync(LogText.Playing(Viewer, viewers: 1, segments: 10));
        var before = _sink.Delivered.Count;
        await ObserveAsync([LogText.Segment(1, LogText.Start + 30_000, Pirate, position: 20)]);
        await ObserveAsync([LogText.Segment(2, LogText.Start + 32_000, Pirate, position: 21), LogText.Segment(3, LogText.Start + 32_000, Viewer, position: 21)]);
        _sink.IsArmed = true;
        var shadow = _sink.Delivered.Count;
        await ObserveAsync([LogText.Segment(4, LogText.Start + 34_000, Pirate, position: 22)]);
        await ObserveAsync([LogText.Segment(5, LogText.Start + 36_000, Pirate, position: 23)]);

        Assert.Equal((1, 3, 4), (before, shadow, _sink.Delivered.Count));
        Assert.All(_sink.Delivered, report => Assert.Equal((Pirate, VerdictAction.Revoke), (report.Sid, report.Verdict.Action)));
    }

    [Fact]
    public async Task Observe_LiftedBeforeItWasEnforced_IsNotDeliveredAgain()
    {
        _sink.IsArmed = false;
        await ObserveAsync(LogText.Playing(Pirate, viewers: 3, segments: 10));
        await _sessions.ResetAsync(Pirate, LogText.Start + 30_000, default);
        await ObserveAsync([LogText.Segment(1, LogText.Start + 40_000, Pirate, position: 20)]);

        Assert.Single(_sink.Delivered);
    }

    /// <summary>Whether it was enforced is not in the state; the sink knows, so it is asked once.</summary>
    [Fact]
    public async Task Restore_RevokedSession_IsDeliveredWithItsNextLine()
    {
        await ObserveAsync(LogText.Playing(Pirate, viewers: 3, segments: 10));
        var restored = new SessionShards(_sink, () => _assets, new DetectionPolicy(), _time);
        restored.Restore([.. _sessions.TakeDirty().Select(session => SessionState.Read(session.Key, new BinaryReader(new MemoryStream(session.Value!)), restored.Agents))]);
        for (var i = 0; i < 3; i++)
            await restored.ObserveAsync(LogText.Batch([LogText.Segment(i, LogText.Start + 30_000 + i, Pirate, position: 20 + i)]), default);

        Assert.Equal(2, _sink.Delivered.Count);
    }

    [Fact]
    public async Task Watch_VerdictThatIsNotEnforced_ComesOnceUntilItIs()
    {
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var watching = _sessions.WatchAsync(stopping.Token).GetAsyncEnumerator(stopping.Token);
        var first = watching.MoveNextAsync();
        _sink.IsArmed = false;
        await ObserveAsync(LogText.Playing(Pirate, viewers: 3, segments: 10));
        await ObserveAsync([LogText.Segment(1, LogText.Start + 30_000, Pirate, position: 20)]);
        await first;
        var second = watching.MoveNextAsync();
        var silent = !second.IsCompleted;
        _sink.IsArmed = true;
        await ObserveAsync([LogText.Segment(2, LogText.Start + 32_000, Pirate, position: 21)]);
        await second;

        Assert.True(silent);
        Assert.Equal((Pirate, 32), (watching.Current.Sid, watching.Current.Lines));
    }

    [Fact]
    public async Task Observe_TaggedSids_AreToldOneWayWithTheirNewestLine()
    {
        var sightings = new RecordingSightings();
        var sessions = new SessionShards(_sink, () => _assets, new DetectionPolicy(), _time, sightings);
        const string Tagged = "abcdefghij_0123456789abcdef";
        await sessions.ObserveAsync(LogText.Batch(LogText.Playing(Tagged, 1, 3).Concat(LogText.Playing("untagged", 1, 3)).Concat(LogText.Playing("abcdefghij_", 1, 1))), default);
        var state = new SessionState(Tagged);
        sessions.Restore([state, new SessionState("untagged")]);

        Assert.Equal([(Tagged, LogText.Start + 4_100), (Tagged, state.LastSeen)], sightings.Seen);
    }

    private sealed class RecordingSightings : ISightings
    {
        public List<(string Sid, long At)> Seen { get; } = [];

        void ISightings.Seen(ReadOnlySpan<byte> sid, long at) => Seen.Add((System.Text.Encoding.ASCII.GetString(sid), at));
    }
}
