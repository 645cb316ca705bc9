using System.Globalization;
using System.IO.Compression;
using System.Text;
using Portcullis.Cli.Replay;
using Portcullis.Logs;
using Portcullis.Sessions;

namespace Portcullis.Cli.Tests.Replay;

public sealed class ReplayResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portcullis-resume-").FullName;

    private string Resume => Path.Combine(_folder, "resume");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("trace.log")]
    [InlineData("trace.log.gz")]
    public async Task Resume_InterruptedAfterAnyRound_PrintsWhatAnUndisturbedReplayPrints(string name)
    {
        // Some chunks of 4 MiB in all, with directives and damaged lines, in two files; each round is one chunk of one worker.
        var lines = RecordedTraffic.InOrder([.. Enumerable.Range(0, 600).SelectMany(Pair)]).ToList();
        string[] files = [Write("1-" + name, [.. lines.Take(30_000), "nonsense"]), Write("2-" + name, ["#Fields: " + LogFieldList.DefaultText, .. lines.Skip(30_000)])];
        var undisturbed = await Invocation.RunAsync(["replay", .. files]);
        var options = new ReplayOptions(LogFieldList.Default, new DetectionPolicy(), 1) { Workers = 1, StoreEvery = TimeSpan.Zero };

        var rounds = 0;
        for (var interrupted = true; interrupted; rounds++)
        {
            using var folder = ReplayFolder.Open(Resume, ReplayInputs.Of(files, options));
            using var stop = new CancellationTokenSource();
            try
            {
                await new LogReplay(options, new DecisionLines(TextWriter.Null), folder).RunAsync(Sources(files, folder, stop), stop.Token);
                interrupted = false;
            }
            catch (OperationCanceledException)
            {
                // Its second round was under way.
            }
        }
        var resumed = await Invocation.RunAsync(["replay", .. files, "--resume", Resume]);

        Assert.InRange(rounds, 3, 20);
        Assert.NotEmpty(undisturbed.Output);
        Assert.Equal(Sorted(undisturbed.Output), Sorted(resumed.Output));
        Assert.Equal(Counts(undisturbed), Counts(resumed));
        Assert.Contains("goes on behind", resumed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_FinishedReplay_SaysItAllAgainWithoutReading()
    {
        var log = Write("trace.log", RecordedTraffic.SharedAndHonest());
        var labels = Write("labels.tsv", ["sharedsharedshar\tshared:2\t1795298900.7", "honesthonesthone\tviewer:plain\t"]);

        var first = await Invocation.RunAsync("replay", log, "--resume", Resume, "--labels", labels);
        var again = await Invocation.RunAsync("replay", log, "--resume", Resume, "--labels", labels);

        Assert.Equal((0, 0), (first.ExitCode, again.ExitCode));
        Assert.Single(first.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(first.Output, again.Output);
        Assert.Equal(Counts(first), Counts(again));
        Assert.Contains("revocations: 1 right, 0 wrong", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_OtherFilesOrOptions_IsBadUsageThatSaysWhatDiffers()
    {
        var (log, other, policy) = (Write("trace.log", RecordedTraffic.SharedAndHonest()), Write("other.log", RecordedTraffic.SharedAndHonest()), Write("policy.json", ["""{ "revokeAt": 90 }"""]));
        Assert.Equal(0, (await Invocation.RunAsync("replay", log, "--resume", Resume)).ExitCode);
        foreach (var (arguments, named) in new (string[], string)[]
        {
            ([other], "of other files"),
            ([log, other], "of other files"),
            ([log, "--policy", policy], "another --policy"),
            ([log, "--allowed-viewers", "2"], "--allowed-viewers 1"),
            ([log, "--fields", "timestamp c-ip sc-status cs-uri-stem"], "other --fields"),
        })
        {
            var run = await Invocation.RunAsync(["replay", .. arguments, "--resume", Resume]);

            Assert.Equal(2, run.ExitCode);
            Assert.Contains(named, run.Error, StringComparison.Ordinal);
            Assert.Empty(run.Output);
        }
        File.AppendAllText(log, "one more line\n");
        var grown = await Invocation.RunAsync("replay", log, "--resume", Resume);

        Assert.Equal(2, grown.ExitCode);
        Assert.Contains("of another " + log, grown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_FolderOfSomethingElse_IsLeftAlone()
    {
        var log = Write("trace.log", []);
        Directory.CreateDirectory(Resume);
        File.WriteAllText(Path.Combine(Resume, "precious.txt"), "");

        var run = await Invocation.RunAsync("replay", log, "--resume", Resume);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("holds other things", run.Error, StringComparison.Ordinal);
        Assert.Equal(["precious.txt"], Directory.GetFileSystemEntries(Resume).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Resume_FolderInUse_SaysSo()
    {
        var log = Write("trace.log", []);
        using var other = ReplayFolder.Open(Resume, ReplayInputs.Of([log], new ReplayOptions(LogFieldList.Default, new DetectionPolicy(), 1)));

        var run = await Invocation.RunAsync("replay", log, "--resume", Resume);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("in use by another replay", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_DamagedDatabase_SaysSo()
    {
        var log = Write("trace.log", RecordedTraffic.SharedAndHonest());
        Directory.CreateDirectory(Resume);
        File.WriteAllText(Path.Combine(Resume, "replay.db"), string.Concat(Enumerable.Repeat("no database", 1_000)));

        var run = await Invocation.RunAsync("replay", log, "--resume", Resume);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("delete it to start anew", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("standard input", "-", "--resume")]
    [InlineData("--baseline", "LOG", "--baseline", "smde-v1", "--resume")]
    [InlineData("--store-every must be 0 to 3600", "LOG", "--store-every", "3601", "--resume")]
    public async Task Resume_WhereItCannotBe_IsBadUsage(string named, params string[] arguments)
    {
        var log = Write("trace.log", []);

        var run = await Invocation.RunAsync(["replay", .. arguments.Select(argument => argument == "LOG" ? log : argument), Resume]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Resume));
    }

    /// <summary>What a replay has left to read, stopped when it asks for its third chunk.</summary>
    private static IEnumerable<ILineSource> Sources(string[] files, ReplayFolder folder, CancellationTokenSource stop)
    {
        var progress = folder.LoadProgress() ?? new ReplayProgress();
        var budget = new StrongBox(2);
        return files.Skip(progress.Sources).Select((file, number) => new StoppingSource(new LineChunks(file, number == 0 ? progress.Offset : 0), budget, stop));
    }

    private static IEnumerable<IEnumerable<(decimal Time, string Line)>> Pair(int number)
    {
        var sid = string.Create(CultureInfo.InvariantCulture, $"session{number:d9}");
        yield return RecordedTraffic.Viewer(sid, $"198.51.100.{number % 250}", number, number + 120);
        if (number % 3 == 0)
            yield return RecordedTraffic.Viewer(sid, $"203.0.113.{number % 250}", number + 20, number + 120, phase: 0.7m);
    }

    private static IEnumerable<string> Sorted(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);

    private static string Counts(Invocation run) => run.Error.Split('\n').Single(line => line.Contains(" lines (", StringComparison.Ordinal)).Split(" revoked;")[0];

    private string Write(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(_folder, name);
        var text = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
        using var file = File.Create(path);
        using Stream to = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        to.Write(text);
        return path;
    }

    private sealed class StrongBox(int value)
    {
        public int Value { get; set; } = value;
    }

    private sealed class StoppingSource(ILineSource source, StrongBox budget, CancellationTokenSource stop) : ILineSource
    {
        public async ValueTask<LineChunk?> ReadAsync(CancellationToken cancellation)
        {
            var chunk = await source.ReadAsync(CancellationToken.None);
            if (chunk is not null && --budget.Value < 0)
            {
                await stop.CancelAsync();
                stop.Token.ThrowIfCancellationRequested();
            }
            return chunk;
        }

        public void Return(LineChunk chunk) => source.Return(chunk);

        public ValueTask DisposeAsync() => source.DisposeAsync();
    }
}
