using System.Text.Json;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Portcullis.Assets;
using Portcullis.Local.Sessions;
using Portcullis.Logs;
using Portcullis.Sessions;

namespace Portcullis.Local.Tests.Sessions;

public sealed class SessionKeeperTests
{
    private const string Tag = "abcdefghij";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeMilliseconds(LogText.Start));
    private readonly RecordingSink _sink = new();
    private readonly MalformedLines _malformed = new();
    private readonly MemoryRecords _records = new();
    private readonly CountedPositions _positions;

    public SessionKeeperTests() => _positions = new CountedPositions(_time, _records.Log);

    private SessionShards Engine() => new(_sink, () => AssetCatalogue.Empty, new DetectionPolicy(), _time);

    private Task<SessionKeeper> OpenAsync(SessionShards sessions) => SessionKeeper.OpenAsync(sessions, _records, _malformed, Every, _time, NullLoggerFactory.Instance, default);

    private async Task<SessionKeeper> StartAsync(SessionShards sessions)
    {
        var keeper = await OpenAsync(sessions);
        keeper.Start(_positions);
        return keeper;
    }

    private async Task ObserveAsync(SessionShards sessions, IEnumerable<string> lines)
    {
        await sessions.ObserveAsync(LogText.Batch(lines), default);
        _positions.Read++;
    }

    private static async Task<string?> VerdictAsync(SessionShards sessions, string sid) => (await sessions.FindAsync(sid, default)) is { } report ? JsonSerializer.Serialize(report.Verdict) : null;

    /// <summary>Rounds that fail in the records or in the positions included: who had evidence is judged as if nothing had happened.</summary>
    [Fact]
    public void Restart_AnyRoundsAndFailures_SessionsWithEvidenceAreAsUndisturbed() => Seeded.Holds(
        (from seed in Gen.Choose(0, int.MaxValue)
         from viewers in Gen.Choose(1, 3).ArrayOf(5)
         from segments in Gen.Choose(5, 90)
         from rounds in Gen.Zip(Gen.Choose(1, 60), Gen.Choose(0, 4)).ListOf()
         select (Seed: seed, Viewers: viewers, Segments: segments, Rounds: rounds)).Values(),
        drawn =>
        {
            var random = new Random(drawn.Seed);
            var lines = drawn.Viewers.SelectMany((viewers, i) => LogText.Playing($"s{i}", viewers, drawn.Segments, LogText.Start + (i * 700), firstNumber: i * 1_000).Select((line, n) => (Line: line, Order: (n / viewers * 2_000) + random.Next(10_000))))
                .OrderBy(line => line.Order).Select(line => line.Line).ToList();
            var test = new SessionKeeperTests();
            return test.IsAsUndisturbedAsync(lines, drawn.Rounds).GetAwaiter().GetResult();
        },
        cases: 60);

    private async Task<bool> IsAsUndisturbedAsync(List<string> lines, IEnumerable<(int Lines, int Then)> rounds)
    {
        var (undisturbed, killed) = (Engine(), Engine());
        var keeper = await StartAsync(killed);
        var batches = new List<List<string>>();
        foreach (var (size, then) in rounds)
        {
            batches.Add(lines.Skip(batches.Sum(batch => batch.Count)).Take(size).ToList());
            await ObserveAsync(killed, batches[^1]);
            await undisturbed.ObserveAsync(LogText.Batch(batches[^1]), default);
            (_records.IsGone, _positions.IsGone) = (then == 3, then == 4);
            if (then >= 2)
                await keeper.SaveAsync(default);
        }
        (_records.IsGone, _positions.IsGone) = (false, false);
        var restarted = Engine();
        await OpenAsync(restarted);
        var kept = _records.Sessions.Keys.ToList();
        foreach (var batch in batches.Skip(_positions.Saved))
            await restarted.ObserveAsync(LogText.Batch(batch), default);
        foreach (var sid in kept)
        {
            if (await VerdictAsync(undisturbed, sid) != await VerdictAsync(restarted, sid))
                return false;
        }
        return true;
    }

    [Fact]
    public async Task Save_SessionsWithAndWithoutEvidence_KeepsTheOnesWith()
    {
        var sessions = Engine();
        var keeper = await StartAsync(sessions);
        await ObserveAsync(sessions, [.. LogText.Playing("pirate", 3, 10), .. LogText.Playing("viewer", 1, 10)]);
        await keeper.SaveAsync(default);

        Assert.Equal(["pirate"], _records.Sessions.Keys);
        Assert.Equal(["save 1", "document titles", "position 1"], _records.Log);
        var restarted = Engine();
        await OpenAsync(restarted);
        Assert.Equal(await VerdictAsync(sessions, "pirate"), await VerdictAsync(restarted, "pirate"));
        Assert.Equal(1, restarted.Counts.InMemory);
    }

    [Fact]
    public async Task Save_LiftedOrIdle_DeletesTheRecord()
    {
        var sessions = Engine();
        var keeper = await StartAsync(sessions);
        await ObserveAsync(sessions, [.. LogText.Playing("lifted", 3, 10), .. LogText.Playing("idle", 3, 10, LogText.Start - 1_000_000), .. LogText.Playing("stays", 3, 10)]);
        await keeper.SaveAsync(default);
        Assert.Equal(3, _records.Sessions.Count);

        await sessions.ResetAsync("lifted", LogText.Start + 60_000, default);
        sessions.DropIdle(LogText.Start);
        await keeper.SaveAsync(default);

        Assert.Equal(["stays"], _records.Sessions.Keys);
        await keeper.SaveAsync(default);
        Assert.Equal(["save 0", "position 1"], _records.Log.TakeLast(2));
    }

    [Fact]
    public async Task Save_RecordsGone_PositionsStayAndTheNextRoundSavesAll()
    {
        var sessions = Engine();
        var keeper = await StartAsync(sessions);
        await ObserveAsync(sessions, [.. LogText.Playing("a", 3, 10), .. LogText.Playing("b", 3, 10), .. LogText.Playing("idle", 3, 10, LogText.Start - 1_000_000)]);
        await keeper.SaveAsync(default);
        await ObserveAsync(sessions, LogText.Playing("c", 3, 10));
        sessions.DropIdle(LogText.Start);
        _records.IsGone = true;
        await keeper.SaveAsync(default);
        var failing = keeper.Health;
        Assert.Equal(1, _positions.Saved);

        _records.IsGone = false;
        await keeper.SaveAsync(default);

        Assert.Equal(["a", "b", "c"], _records.Sessions.Keys.Order());
        Assert.Equal(("session-keeper", "gone"), (failing.Name, failing.Error));
        Assert.Equal((true, 2), (keeper.Health.IsHealthy, _positions.Saved));
    }

    [Fact]
    public async Task Save_PositionsGone_HealthSaysSo()
    {
        var keeper = await StartAsync(Engine());
        _positions.IsGone = true;
        await keeper.SaveAsync(default);
        var failing = keeper.Health;
        _positions.IsGone = false;
        await keeper.SaveAsync(default);

        Assert.Equal("positions gone", failing.Error);
        Assert.True(keeper.Health.IsHealthy);
    }

    [Fact]
    public async Task Save_BatchOfUnknownOutcome_SavesNothing()
    {
        var sessions = Engine();
        var keeper = await StartAsync(sessions);
        await ObserveAsync(sessions, LogText.Playing("pirate", 3, 10));
        _positions.IsAtRest = false;
        await keeper.SaveAsync(default);
        Assert.Empty(_records.Log);

        _positions.IsAtRest = true;
        await keeper.SaveAsync(default);

        Assert.Equal(["pirate"], _records.Sessions.Keys);
    }

    [Fact]
    public async Task Start_TimePasses_SavesEveryTenSecondsAndDropsWhatIsIdle()
    {
        var sessions = Engine();
        await using var keeper = await StartAsync(sessions);
        await ObserveAsync(sessions, [.. LogText.Playing("pirate", 3, 10), .. LogText.Playing("viewer", 1, 10)]);
        await Poll.UntilAsync(() => _time.IsAwaited, "the keeper waits");
        _time.Advance(Every);
        await Poll.UntilAsync(() => _positions.Saved == 1, "the first round");
        Assert.Equal(["pirate"], _records.Sessions.Keys);

        await Poll.UntilAsync(_time, Every, () => sessions.Counts.InMemory == 0 && _records.Sessions.IsEmpty, "idle sessions are gone, the kept one as well");
        Assert.True(_time.GetUtcNow() >= DateTimeOffset.FromUnixTimeMilliseconds(LogText.Start) + SessionShards.IdleAfter);
    }

    [Fact]
    public async Task Dispose_AfterLastLines_SavesThem()
    {
        var sessions = Engine();
        var keeper = await StartAsync(sessions);
        await ObserveAsync(sessions, LogText.Playing("pirate", 3, 10));
        await keeper.DisposeAsync();

        Assert.Equal(["pirate"], _records.Sessions.Keys);
        Assert.Equal(1, _positions.Saved);
    }

    [Fact]
    public async Task Erase_Account_LeavesNothingOfItAndPositionsBehindIt()
    {
        var sessions = Engine();
        var keeper = await StartAsync(sessions);
        var (first, second, other) = ($"{Tag}_0123456789abcdef", $"{Tag}_fedcba9876543210", "zzzzzzzzzz_0123456789abcdef");
        await ObserveAsync(sessions, [.. LogText.Playing(first, 3, 10), .. LogText.Playing(other, 3, 10)]);
        await keeper.SaveAsync(default);
        await ObserveAsync(sessions, LogText.Playing(second, 1, 10));
        _malformed.Add(LogText.Bytes($"broken {second}"), LineFault.TooLong, _time.GetUtcNow());

        Assert.Equal(2, await keeper.EraseAsync(Tag, default));
        Assert.Equal([other], _records.Sessions.Keys);
        Assert.Equal(2, _positions.Saved);
        Assert.Equal((null, null, 1), (await sessions.FindAsync(first, default), await sessions.FindAsync(second, default), sessions.Counts.InMemory));
        Assert.Empty(_malformed.Recent());
        Assert.Equal(0, await keeper.EraseAsync(Tag, default));
    }

    /// <summary>What an earlier process stored and this one never had in memory.</summary>
    [Fact]
    public async Task Erase_RecordsOnly_AreCounted()
    {
        var keeper = await StartAsync(Engine());
        _records.Sessions[$"{Tag}_0123456789abcdef"] = [1];

        Assert.Equal(1, await keeper.EraseAsync(Tag, default));
        Assert.Empty(_records.Sessions);
    }

    [Fact]
    public async Task Erase_RecordsGone_SaysSo()
    {
        var keeper = await StartAsync(Engine());
        _records.IsGone = true;

        await Assert.ThrowsAsync<Engine.StoreUnavailableException>(() => keeper.EraseAsync(Tag, default));
    }

    [Fact]
    public async Task Open_UnreadableRecordAndTitles_AreLeftOut()
    {
        var sessions = Engine();
        var keeper = await StartAsync(sessions);
        await ObserveAsync(sessions, LogText.Playing("pirate", 3, 10));
        await keeper.SaveAsync(default);
        _records.Sessions["version"] = [99, .. _records.Sessions["pirate"][1..]];
        _records.Sessions["cut"] = _records.Sessions["pirate"][..20];
        _records.Sessions["empty"] = [];
        _records.Documents[SessionKeeper.Titles] = [1, 2, 3];
        var restarted = Engine();
        await OpenAsync(restarted);

        Assert.Equal(1, restarted.Counts.InMemory);
        Assert.NotNull(await restarted.FindAsync("pirate", default));
    }

    [Fact]
    public async Task Save_TitlesUnchanged_AreSavedOnceADay()
    {
        var keeper = await StartAsync(Engine());
        await keeper.SaveAsync(default);
        await keeper.SaveAsync(default);
        Assert.Single(_records.Log, "document titles");
        _time.Advance(TimeSpan.FromDays(1));
        await Poll.UntilAsync(() => _records.Log.Count(entry => entry == "document titles") == 2, "saved again");
    }

    /// <summary>Where segments are ranges of one file, their numbers come from the mean size of what all have fetched before.</summary>
    [Fact]
    public async Task Restart_TitleWhoseNumbersAreLearned_IsReadAsBefore()
    {
        var sessions = Engine();
        var keeper = await StartAsync(sessions);
        Take(keeper, LogText.PlayingRanges("viewer", 1, 40));
        await keeper.SaveAsync(default);
        var restarted = Engine();
        var again = await OpenAsync(restarted);
        // Fewer than it takes to learn the size.
        await restarted.ObserveAsync(Take(again, LogText.PlayingRanges("pirate", 2, 10, LogText.Start + 100_000)), default);

        Assert.Equal(VerdictAction.Revoke, (await restarted.FindAsync("pirate", default))!.Verdict.Action);
    }

    private static SessionBatch Take(SessionKeeper keeper, IEnumerable<string> lines)
    {
        var intake = new Engine.LogIntake(LogFieldList.Default, LogDataTrust.Required, new MalformedLines(), keeper.Media, TimeProvider.System);
        foreach (var line in lines)
            intake.Take(LogText.Bytes(line), AssetCatalogue.Empty);
        return intake.Batch;
    }
}
