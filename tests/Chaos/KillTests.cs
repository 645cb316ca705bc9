using System.Diagnostics;
using System.Text.Json;

namespace Portcullis.Chaos;

/// <summary>kill -9 in the middle of everything: what was decided stands, what was seen is neither lost nor counted twice.</summary>
public sealed class KillTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Kills in a run: one, or ten with <c>./test.sh --long</c>.</summary>
    private static int Kills => ChaosRun.IsLong ? 10 : 2;

    [Fact]
    public async Task Kill_DuringPlayback_LosesNothingAndCountsNothingTwice()
    {
        using var service = new ServiceProcess();
        await service.StartAsync();
        using var ending = new CancellationTokenSource();
        var innocent = await MintAsync(service);
        using var viewer = new Playback(innocent.Url, "198.51.100.1");
        var playing = new List<Task> { viewer.RunAsync(ending.Token) };
        var pirates = new List<string>();
        var random = ChaosRun.Random();

        for (var kill = 0; kill < Kills; kill++)
        {
            var (caught, other) = (await MintAsync(service), await MintAsync(service));
            using var pirating = new CancellationTokenSource();
            playing.AddRange(Pirate(caught.Url, 3, pirating.Token));
            await UntilAsync(async () => (await RevokedAsync(service)).Contains(caught.Sid), "the first pirate is revoked");
            var before = await RevocationsAsync(service);

            // The second one's evidence is half complete when the lights go out.
            playing.AddRange(Pirate(other.Url, 2, pirating.Token));
            await Task.Delay(random.Next(500, 4_000));
            service.Kill();
            await service.StartAsync();

            Assert.All(before, decision => Assert.Contains(decision, RevocationsAsync(service).Result));
            await UntilAsync(async () => (await RevokedAsync(service)).Contains(other.Sid), "the second pirate is revoked after the restart");
            await pirating.CancelAsync();
            pirates.AddRange([caught.Sid, other.Sid]);
        }
        var segments = viewer.Segments;
        await UntilAsync(() => Task.FromResult(viewer.Segments > segments + 1), "the innocent plays on");
        await ending.CancelAsync();
        await Task.WhenAll(playing);

        Assert.False(viewer.Blocked);
        await UntilAsync(async () => (await service.GetAsync("/v1/status")).GetProperty("stream").GetProperty("backlogBytes").GetInt64() == 0, "all lines are observed");
        Assert.Equal(pirates.Order(), (await RevocationsAsync(service)).Select(decision => decision.Sid).Order());
        var lines = await StreamAsync(service);
        foreach (var sid in pirates.Append(innocent.Sid))
        {
            var session = await service.GetAsync($"/v1/sessions/{sid}");
            Assert.Equal(lines.Count(line => line.EndsWith($"\tok.{sid}", StringComparison.Ordinal)), session.GetProperty("lines").GetInt32());
        }
        Assert.Equal(pirates.Order(), (await ReplayAsync(service, lines)).Order());
    }

    private static IEnumerable<Task> Pirate(string url, int viewers, CancellationToken cancellation) =>
        Enumerable.Range(1, viewers).Select(number => Task.Run(async () =>
        {
            using var playback = new Playback(url, $"203.0.{number}.{number}");
            await playback.RunAsync(cancellation);
        }));

    private static async Task<(string Url, string Sid)> MintAsync(ServiceProcess service)
    {
        var token = await service.PostAsync("/v1/tokens", new { asset = "sample-live" });
        return (token.GetProperty("playbackUrl").GetString()!, token.GetProperty("sid").GetString()!);
    }

    private static async Task<List<(string Id, string Sid)>> RevocationsAsync(ServiceProcess service) =>
    [
        .. (await service.GetAsync("/v1/revocations?state=all&limit=1000")).GetProperty("revocations").EnumerateArray()
            .Select(decision => (decision.GetProperty("id").GetString()!, decision.GetProperty("subject").GetProperty("value").GetString()!)),
    ];

    private static async Task<IEnumerable<string>> RevokedAsync(ServiceProcess service) => (await RevocationsAsync(service)).Select(decision => decision.Sid);

    /// <summary>Every line that the edge wrote, in order of time.</summary>
    private static async Task<List<string>> StreamAsync(ServiceProcess service)
    {
        var lines = new List<string>();
        foreach (var file in Directory.GetFiles(service.StreamFolder, "*.log", SearchOption.AllDirectories))
            lines.AddRange((await File.ReadAllLinesAsync(file)).Where(line => line.Length > 0));
        return [.. lines.OrderBy(line => line.Split('\t')[0], StringComparer.Ordinal)];
    }

    /// <summary>The sessions that an undisturbed replay of the same lines revokes.</summary>
    private static async Task<List<string>> ReplayAsync(ServiceProcess service, List<string> lines)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, lines);
            var (exitCode, output) = await service.CliAsync("replay", file, "--json");
            Assert.Equal(0, exitCode);
            return
            [
                .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))
                    .Where(decision => decision.GetProperty("action").GetString() == "revoke").Select(decision => decision.GetProperty("sid").GetString()!),
            ];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Patience; await Task.Delay(100))
        {
            if (await condition())
                return;
        }
        Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}.");
    }
}
