using System.Text.Json;

namespace Portcullis.Cli.Tests.Simulation;

public sealed class PirateSimulationTests
{
    [Fact]
    public async Task Pirate_Revoked_ReportsEveryViewerAndSucceeds()
    {
        await using var service = await FakeService.StartAsync(revokeAt: 3);

        var run = await Invocation.RunAsync(service, "simulate", "pirate", "--viewers", "3", "--stagger", "0.3", "--timeout", "10", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var viewers = run.Json.GetProperty("viewers").EnumerateArray().ToList();
        Assert.Equal(["198.51.100.10", "203.0.113.47", "192.0.2.84"], viewers.Select(v => v.GetProperty("address").GetString()));
        Assert.All(viewers, v => Assert.True(v.GetProperty("blockedAt").GetDouble() >= v.GetProperty("firstSegmentAt").GetDouble()));
        Assert.InRange(run.Json.GetProperty("secondsFromSecondViewerToFirstBlock").GetDouble(), 0.05, 5);
        Assert.True(run.Json.GetProperty("detectedAt").GetDouble() > 0);
        Assert.Equal("concurrent-viewers", run.Json.GetProperty("evidence")[0].GetProperty("detector").GetString());
        Assert.Empty(run.Json.GetProperty("explanation").EnumerateArray());
    }

    [Fact]
    public async Task Pirate_Text_TellsTheStory()
    {
        await using var service = await FakeService.StartAsync(revokeAt: 2);

        var run = await Invocation.RunAsync(service, "simulate", "pirate", "--viewers", "2", "--stagger", "0.3", "--timeout", "10");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"token {FakeService.Sid}.eyJhbGci… for sample-live, session {FakeService.Sid}", run.Output, StringComparison.Ordinal);
        Assert.Contains("viewer 2 (203.0.113.47, FR, AS64497): first segment", run.Output, StringComparison.Ordinal);
        Assert.Contains("2 viewers at once \uFFFD[31m [concurrent-viewers]", run.Output, StringComparison.Ordinal);
        Assert.Contains("viewer 1: 403 (revoked)", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"second viewer's first segment -> first 403: \d+\.\d{3} s; all blocked after \d+\.\d{3} s\s*$", run.Output);
    }

    [Fact]
    public async Task Pirate_NotBlocked_FailsWithHints()
    {
        await using var service = await FakeService.StartAsync(arming: "shadow");

        var run = await Invocation.RunAsync(service, "simulate", "pirate", "--viewers", "2", "--stagger", "0.2", "--timeout", "2.5");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("0 of 2 viewers were blocked", run.Output, StringComparison.Ordinal);
        Assert.Contains("sample-live is in shadow mode", run.Output, StringComparison.Ordinal);
        Assert.Contains("score 95", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pirate_NothingDetected_HintsAtTrustedHeaders()
    {
        await using var service = await FakeService.StartAsync(edgeStatus: 503);

        var run = await Invocation.RunAsync(service, "simulate", "pirate", "--viewers", "2", "--stagger", "0", "--timeout", "2", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("503", run.Json.GetProperty("explanation")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pirate_TokenNotValid_IsNoBlock()
    {
        await using var service = await FakeService.StartAsync(edgeStatus: 401);

        var run = await Invocation.RunAsync(service, "simulate", "pirate", "--viewers", "2", "--stagger", "0", "--json");

        Assert.Equal(1, run.ExitCode);
        Assert.False(run.Json.GetProperty("blocked").GetBoolean());
        Assert.All(run.Json.GetProperty("viewers").EnumerateArray(), v => Assert.Equal("unauthorized", v.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task Pirate_EdgeStumbles_RetriesLikeAPlayer()
    {
        await using var service = await FakeService.StartAsync(revokeAt: 2, failures: 3);

        var run = await Invocation.RunAsync(service, "simulate", "pirate", "--viewers", "2", "--stagger", "0.1", "--timeout", "10", "--json");

        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Pirate_Cancelled_StopsWithOne()
    {
        await using var service = await FakeService.StartAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, FakeService.Key);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(0.7));
        using StringWriter output = new(), error = new();

        var code = await CommandLine.InvokeAsync(
            ["simulate", "pirate", "--json", "--api", service.Url.ToString(), "--api-key-file", file], output, error, stop.Token);

        File.Delete(file);
        Assert.Equal((1, "", "stopped"), (code, output.ToString(), error.ToString().Trim()));
    }

    [Fact]
    public async Task Pirate_Viewers_BeginAtDifferentRenditions()
    {
        await using var service = await FakeService.StartAsync();

        await Invocation.RunAsync(service, "simulate", "pirate", "--viewers", "2", "--stagger", "0", "--timeout", "2");

        var first = service.Fetches.Where(f => f.Path.EndsWith(".ts", StringComparison.Ordinal)).GroupBy(f => f.Address).Select(g => g.First().Path.Split('/')[^2]);
        Assert.Equal(["high", "low"], first.Order());
    }
}
