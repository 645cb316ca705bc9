using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Portcullis.Chaos;

/// <summary>kill -9 in the middle of a replay: started again, it goes on from where it was and decides what an undisturbed one decides.</summary>
public sealed class ReplayKillTests : IDisposable
{
    private const int Viewers = 160, Minutes = 60, LeastLines = 200_000;

    private readonly string _parent = Directory.CreateTempSubdirectory("portcullis-replay-chaos-").FullName;
    private readonly Random _random = ChaosRun.Random();

    /// <summary>Kills in a run: three, or a hundred with <c>./test.sh --long</c>.</summary>
    private static int Kills => ChaosRun.IsLong ? 100 : 3;

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    public async Task Kill_DuringReplay_DecidesAsUndisturbed()
    {
        var log = Path.Combine(_parent, "trace.log");
        using (var traffic = Start("traffic", "--seed", "7", "--viewers", $"{Viewers}", "--minutes", $"{Minutes}", "--offenders", "0.3", "--out", log, "--labels", log + ".labels"))
            await EndAsync(traffic);
        Assert.True(File.ReadLines(log).Count() >= LeastLines);
        var clock = Stopwatch.StartNew();
        using var calm = Start("replay", log);
        var undisturbed = await EndAsync(calm);
        var took = (int)clock.ElapsedMilliseconds;
        Assert.True(undisturbed.Revoked.Count >= 20, undisturbed.Error);

        var (killed, resumed) = (0, 0);
        for (var replay = 0; killed < Kills; replay++)
        {
            var folder = Path.Combine(_parent, $"resume-{replay}");
            while (killed < Kills)
            {
                using var running = Start("replay", log, "--resume", folder, "--store-every", "0");
                var ending = EndAsync(running);
                // Anything from the start of the process to beyond its end.
                if (await Task.WhenAny(ending, Task.Delay(_random.Next(took / 8, took))) == ending)
                    break;
                running.Kill();
                killed++;
                resumed += (await ending).HasResumed ? 1 : 0;
            }
            using var last = Start("replay", log, "--resume", folder, "--store-every", "0");
            var outcome = await EndAsync(last);

            Assert.Equal(0, last.ExitCode);
            Assert.Equal(undisturbed.Decisions, outcome.Decisions);
            Assert.Equal(undisturbed.Counts, outcome.Counts);
            resumed += outcome.HasResumed ? 1 : 0;
        }
        Assert.InRange(resumed, 1, int.MaxValue);
    }

    private static Process Start(params string[] arguments)
    {
        var cli = Path.GetFullPath(typeof(ReplayKillTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "Cli").Value!);
        return Process.Start(new ProcessStartInfo("dotnet", [cli, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    private static async Task<Outcome> EndAsync(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Outcome(output, await error);
    }

    private sealed record Outcome(string Output, string Error)
    {
        /// <summary>The decisions as sid and action. A killed process may have printed half a line.</summary>
        public List<string> Decisions =>
        [
            .. Output.Split('\n').Where(line => line.EndsWith('}')).Select(line => JsonSerializer.Deserialize<JsonElement>(line))
                .Select(decision => $"{decision.GetProperty("sid").GetString()} {decision.GetProperty("action").GetString()}").Order(StringComparer.Ordinal),
        ];

        public List<string> Revoked => [.. Decisions.Where(decision => decision.EndsWith(" revoke", StringComparison.Ordinal))];

        public bool HasResumed => Error.Contains("goes on behind", StringComparison.Ordinal);

        /// <summary>The summary without the time it took.</summary>
        public string Counts => Error.Split('\n').Single(line => line.Contains(" lines (", StringComparison.Ordinal)).Split(" revoked;")[0];
    }
}
