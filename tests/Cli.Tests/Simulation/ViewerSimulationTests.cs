namespace Portcullis.Cli.Tests.Simulation;

public sealed class ViewerSimulationTests
{
    [Fact]
    public async Task Viewer_ChangesNetwork_NeverInterleavesAndRefetchesAtMostOne()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "simulate", "viewer", "--minutes", "0.035", "--network-changes", "1", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var change = Assert.Single(run.Json.GetProperty("networkChanges").EnumerateArray());
        Assert.Equal("203.0.113.47", change.GetProperty("address").GetString());
        var fetches = service.Fetches.ToList();
        Assert.Single(fetches.Select(f => f.Agent).Distinct());
        Assert.Single(Enumerable.Range(1, fetches.Count - 1), i => fetches[i].Address != fetches[i - 1].Address);
        var segments = fetches.Where(f => f.Path.EndsWith(".ts", StringComparison.Ordinal)).Select(f => f.Path.Split('/')[^1]).ToList();
        Assert.InRange(segments.Count - segments.Distinct().Count(), 0, 1);
        Assert.InRange(segments.Count, 5, 16);
    }

    [Fact]
    public async Task Viewer_Blocked_FailsWithEvidence()
    {
        await using var service = await FakeService.StartAsync(revokeAt: 2);

        var run = await Invocation.RunAsync(service, "simulate", "viewer", "--minutes", "0.03", "--network-changes", "1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("changed network to 203.0.113.47, AS64497", run.Output, StringComparison.Ordinal);
        Assert.Contains("blocked with 403 (revoked)", run.Output, StringComparison.Ordinal);
        Assert.Contains("[concurrent-viewers]", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Viewer_Vod_PlaysItOnceToTheEnd()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "simulate", "viewer", "--asset", "sample-vod", "--minutes", "0.1", "--network-changes", "0", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("finished", run.Json.GetProperty("outcome").GetString());
        Assert.Equal(4, run.Json.GetProperty("segments").GetInt32());
        Assert.InRange(run.Json.GetProperty("seconds").GetDouble(), 0.75, 3);
    }

    [Fact]
    public async Task Viewer_EdgeWithoutMedia_Fails()
    {
        await using var service = await FakeService.StartAsync(edgeStatus: 404);

        var run = await Invocation.RunAsync(service, "simulate", "viewer", "--minutes", "0.2");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("cannot play: the edge answered 404 for master.m3u8", run.Output, StringComparison.Ordinal);
    }
}
