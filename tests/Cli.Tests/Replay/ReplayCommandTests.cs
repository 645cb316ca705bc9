using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Portcullis.Cli.Tests.Replay;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portcullis-replay-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Replay_SharedSession_PrintsOneRevocation()
    {
        var run = await Invocation.RunAsync("replay", Write("trace.log", RecordedTraffic.SharedAndHonest()));

        Assert.Equal(0, run.ExitCode);
        var decision = Assert.Single(Decisions(run));
        Assert.Equal("sharedsharedshar", decision.GetProperty("sid").GetString());
        Assert.Equal("revoke", decision.GetProperty("action").GetString());
        Assert.InRange(decision.GetProperty("decidedAt").GetDouble(), 1_795_298_900, 1_795_298_915);
        Assert.InRange(decision.GetProperty("score").GetInt32(), 80, 100);
        Assert.NotEmpty(decision.GetProperty("evidence").EnumerateArray());
        Assert.DoesNotContain(RecordedTraffic.Signature, run.Output + run.Error, StringComparison.Ordinal);
        Assert.Contains("1 revoked", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_ForeignLogsWithoutLogData_BelieveServedPaths() =>
        Assert.Single(Decisions(await Invocation.RunAsync("replay", Write("trace.log", RecordedTraffic.SharedAndHonest("-")))));

    [Fact]
    public async Task Replay_StrangersFlood_SaysNothingOfTheVictim()
    {
        var flood = Enumerable.Range(0, 600).Select(i => (1_795_298_880m + (i / 5m), RecordedTraffic.Line(1_795_298_880m + (i / 5m), "honesthonesthone", $"203.0.113.{i % 10}", i / 10, "no.signature", 401)));
        var withoutData = flood.Select(line => (line.Item1, line.Item2.Replace("no.signature", "-", StringComparison.Ordinal)));

        var run = await Invocation.RunAsync("replay", Write("trace.log", RecordedTraffic.InOrder(RecordedTraffic.Viewer("honesthonesthone", "192.0.2.3", 0, 120), flood, withoutData)));

        Assert.Empty(Decisions(run));
        Assert.Contains("1,200 refused", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_RealSample_ReadsItsFieldList()
    {
        var run = await Invocation.RunAsync("replay", Path.Combine(AppContext.BaseDirectory, "cloudfront-realtime-sample.txt"));

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("1 lines", run.Error, StringComparison.Ordinal);
        Assert.Contains("0 malformed", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_CompressedFile_IsUnpacked()
    {
        var path = Path.Combine(_folder, "trace.log.gz");
        await using (var file = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            await file.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\n', RecordedTraffic.SharedAndHonest())));

        Assert.Single(Decisions(await Invocation.RunAsync("replay", path)));
    }

    [Fact]
    public async Task Replay_SeveralFiles_AreOneTrace()
    {
        var lines = RecordedTraffic.SharedAndHonest().ToList();

        var run = await Invocation.RunAsync("replay", Write("1.log", lines.Take(40)), Write("2.log", lines.Skip(40)));

        Assert.Single(Decisions(run));
    }

    [Fact]
    public async Task Replay_FieldsOption_NamesTheColumns()
    {
        var lines = RecordedTraffic.SharedAndHonest("-").Select(line => line.Split('\t')).Select(fields => string.Join('\t', fields[0], fields[1], fields[2], fields[6], fields[10]));

        var run = await Invocation.RunAsync("replay", Write("trace.log", lines), "--fields", "timestamp c-ip sc-status cs-uri-stem cs-user-agent");

        Assert.Single(Decisions(run));
    }

    [Fact]
    public async Task Replay_DamagedLines_AreCountedAndHarmNothing()
    {
        var endless = new string('x', 5 << 20);

        var run = await Invocation.RunAsync("replay", Write("trace.log", ["", "nonsense", .. RecordedTraffic.SharedAndHonest(), endless, "a\tb"]));

        Assert.Single(Decisions(run));
        Assert.Contains("malformed", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("0 malformed", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_AllowedViewers_AreNotSharing() =>
        Assert.Empty(Decisions(await Invocation.RunAsync("replay", Write("trace.log", RecordedTraffic.SharedAndHonest()), "--allowed-viewers", "2")));

    [Fact]
    public async Task Replay_Policy_ChangesTheThreshold()
    {
        var policy = Write("policy.json", ["""{ "flagAt": 90, "revokeAt": 100, "doubledPositions": { "weight": 10 }, "divergingPlayheads": { "weight": 10 }, "independentPlayers": { "apartWeight": 10, "nearWeight": 10 } }"""]);

        var run = await Invocation.RunAsync("replay", Write("trace.log", RecordedTraffic.SharedAndHonest()), "--policy", policy);

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(Decisions(run));
    }

    [Theory]
    [InlineData("""{ "revokAt": 1 }""", "revokAt")]
    [InlineData("""{ "revokeAt": "high" }""", "revokeAt")]
    [InlineData("""{ "revokeAt": 10 }""", "revokeAt")]
    [InlineData("""{ "pace": { "weight": 101 } }""", "pace.weight: 101 must be 0 to 100")]
    [InlineData("""{ "sampling": 50 }""", "restream.armed: must be false where sampling is 50")]
    [InlineData("null", "null")]
    [InlineData("{", "policy")]
    public async Task Replay_BadPolicy_IsBadUsageThatNamesTheField(string content, string named)
    {
        var run = await Invocation.RunAsync("replay", Write("trace.log", []), "--policy", Write("policy.json", [content]));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_BadUsage_ExitsWithTwo()
    {
        Assert.Equal(2, (await Invocation.RunAsync("replay")).ExitCode);
        Assert.Equal(2, (await Invocation.RunAsync("replay", Path.Combine(_folder, "missing"))).ExitCode);
        Assert.Equal(2, (await Invocation.RunAsync("replay", Write("trace.log", []), "--fields", "timestamp")).ExitCode);
        Assert.Equal(2, (await Invocation.RunAsync("replay", Write("trace.log", []), "--allowed-viewers", "0")).ExitCode);
        Assert.Equal(2, (await Invocation.RunAsync("replay", Write("trace.log", ["#Fields: nothing useful"]))).ExitCode);
    }

    [Fact]
    public async Task Replay_Json_LeavesTheSummaryOut() =>
        Assert.Empty((await Invocation.RunAsync("replay", Write("trace.log", RecordedTraffic.SharedAndHonest()), "--json")).Error);

    [Fact]
    public async Task Replay_Labels_PrintTheScoreAndLeaveDecisionsAlone()
    {
        var log = Write("trace.log", RecordedTraffic.SharedAndHonest());
        var labels = Write("labels.tsv", ["sharedsharedshar\tshared:2\t1795298900.7", "honesthonesthone\tviewer:plain\t"]);

        var run = await Invocation.RunAsync("replay", log, "--labels", labels);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal((await Invocation.RunAsync("replay", log)).Output, run.Output);
        Assert.Contains("revocations: 1 right, 0 wrong; precision 100.0 %", run.Error, StringComparison.Ordinal);
        Assert.Contains("0.0 viewer-hours", run.Error, StringComparison.Ordinal);
        Assert.Matches(@"shared by 2 +1 +1 +100\.0 % +0 +0 +0 +\d+\.\d +\d+\.\d", run.Error);
    }

    [Fact]
    public async Task Replay_LabelsWithJson_PrintTheScoreAsJson()
    {
        var labels = Write("labels.tsv", ["sharedsharedshar\tshared:2\t1795298900.7", "honesthonesthone\tviewer:plain\t"]);

        var run = await Invocation.RunAsync("replay", Write("trace.log", RecordedTraffic.SharedAndHonest()), "--labels", labels, "--json");

        var score = JsonSerializer.Deserialize<JsonElement>(run.Error);
        Assert.Equal(1, score.GetProperty("rightRevocations").GetInt32());
        Assert.Equal(118 / 3600.0, score.GetProperty("viewerHours").GetDouble(), 6);
    }

    [Fact]
    public async Task Replay_BaselineV1_DecidesAtTheFullMinute()
    {
        var lines = RecordedTraffic.InOrder(
            RecordedTraffic.Viewer("sharedsharedshar", "198.51.100.1", 0, 120), RecordedTraffic.Viewer("sharedsharedshar", "203.0.113.2", 0, 120, phase: 0.7m),
            RecordedTraffic.Viewer("honesthonesthone", "192.0.2.3", 0, 120), RecordedTraffic.Viewer("honesthonesttwoo", "192.0.2.4", 0, 120));

        var run = await Invocation.RunAsync("replay", Write("trace.log", lines), "--baseline", "smde-v1");

        var decision = Assert.Single(Decisions(run));
        Assert.Equal(("sharedsharedshar", "revoke", 1_795_298_940), (decision.GetProperty("sid").GetString(), decision.GetProperty("action").GetString(), decision.GetProperty("decidedAt").GetInt64()));
        Assert.Equal(3, decision.GetProperty("score").GetDouble(), 2);
        Assert.Equal("smde-v1", decision.GetProperty("evidence")[0].GetProperty("detector").GetString());
        Assert.Contains("240 lines", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 revoked", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_BaselineV2WithLabels_IsMeasuredLikeTheEngine()
    {
        var crowd = Enumerable.Range(0, 4).Select(i => RecordedTraffic.Viewer("sharedsharedshar", $"198.51.100.{i}", 0, 40, phase: i / 10m));
        var labels = Write("labels.tsv", ["sharedsharedshar\tshared:4-9\t1795298880.1", "honesthonesthone\tviewer:plain\t"]);

        var run = await Invocation.RunAsync("replay", Write("trace.log", RecordedTraffic.InOrder([.. crowd, RecordedTraffic.Viewer("honesthonesthone", "192.0.2.3", 0, 40)])), "--baseline", "smde-v2", "--labels", labels);

        Assert.Equal("4 addresses, 80 requests in a batch of 100 records", Assert.Single(Decisions(run)).GetProperty("evidence")[0].GetProperty("sentence").GetString());
        Assert.Contains("revocations: 1 right, 0 wrong", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_BaselineOnDamagedAndCompressedLines_CountsThemLikeTheEngine()
    {
        var path = Path.Combine(_folder, "trace.log.gz");
        await using (var file = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            await file.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\n', ["", "nonsense", "#Version: 1.0", .. RecordedTraffic.SharedAndHonest(), new string('x', 5 << 20), "a\tb"])));

        var baseline = await Invocation.RunAsync("replay", path, "--baseline", "smde-v1");
        var engine = await Invocation.RunAsync("replay", path);

        Assert.Equal(Counts(engine), Counts(baseline));
        static string Counts(Invocation run) => run.Error.Split(';')[0];
    }

    [Fact]
    public async Task Replay_WrongBaselineOrLabels_IsBadUsageThatSaysWhy()
    {
        var log = Write("trace.log", RecordedTraffic.SharedAndHonest());
        var labels = Write("labels.tsv", ["a\tviewer"]);
        foreach (var (arguments, named) in new (string[], string)[]
        {
            ([log, "--baseline", "smde-v3"], "'smde-v3' must be smde-v1 or smde-v2"),
            ([log, "--baseline", "smde-v1", "--fields", "timestamp c-ip sc-status cs-uri-stem cs-user-agent"], "smde-v1 needs the field 'sc-bytes'"),
            ([log, "--labels", Path.Combine(_folder, "missing")], "cannot read the labels"),
            ([log, "--labels", log], "line 1"),
            (["-", "--labels", labels], "standard input"),
        })
        {
            var run = await Invocation.RunAsync(["replay", .. arguments]);

            Assert.Equal(2, run.ExitCode);
            Assert.Contains(named, run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(RecordedTraffic.Signature, run.Error, StringComparison.Ordinal);
        }
    }

    private string Write(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, string.Join('\n', lines) + "\n");
        return path;
    }

    private static List<JsonElement> Decisions(Invocation run) =>
        [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
}
