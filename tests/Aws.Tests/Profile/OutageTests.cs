using System.Globalization;
using System.Text.Json;
using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Aws.Tests.Profile;

/// <summary>What AWS does not answer, or refuses now and then, is late and not lost.</summary>
public sealed class OutageTests
{
    private const int Pirates = 40, LinesOfOne = 9;

    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(10);

    [SkippableFact]
    public async Task Outage_OfEachServer_IsNamedWhileItLastsAndLosesNothing()
    {
        await using var world = await AwsWorld.StartAsync(AwsWorld.NoBreaker);
        await world.Service.StartAsync();
        var pirates = new List<string>();
        foreach (var (proxy, part) in new[] { (world.Stream, "log-stream"), (world.Edge, "cloudfront-keyvaluestore"), (world.Control, "waf"), (world.Tables, "ledger") })
        {
            pirates.Add($"pirate-{part}");
            proxy.Judge = (_, _) => Fault.Dropped;
            var lasting = Task.Delay(Outage);
            await world.PlaySharedAsync(pirates[^1]);
            await AwsWorld.UntilAsync(async () => (await NotReadyAsync(world)).Contains(part), $"the service is not ready because of {part}");
            if (proxy == world.Control)
                Assert.Equal(503, (await world.Service.SendAsync(HttpMethod.Post, "/v1/keys/rotate", new { reason = "test" })).Status);
            await lasting;
            Assert.Contains(part, await NotReadyAsync(world));
            // Nothing is read without Kinesis, and nothing read on while a verdict cannot be kept: that is a lag.
            if (proxy == world.Stream || proxy == world.Tables)
                Assert.InRange((await world.Service.GetAsync("/v1/status")).GetProperty("streamLagSeconds").GetDouble(), 5, 30);
            proxy.Judge = null;

            await world.AreBlockedAsync(pirates[^1]);
            await AwsWorld.UntilAsync(async () => (await NotReadyAsync(world)).Count == 0, $"the service is ready again after {part}");
            Assert.Equal(JsonValueKind.Null, (await world.Service.GetAsync("/v1/status")).GetProperty("streamLagSeconds").ValueKind);
        }

        Assert.Equal(pirates.Order(StringComparer.Ordinal), await world.RevokedAsync());
        var stream = (await world.Service.GetAsync("/v1/status")).GetProperty("stream");
        Assert.Equal((LinesOfOne * pirates.Count, 0), (stream.GetProperty("lines").GetInt64(), stream.GetProperty("gaps").GetInt64()));
    }

    [SkippableFact]
    public async Task OneCallInTenFails_WhilePiratesPlay_AllAreBlockedOnce()
    {
        await using var world = await AwsWorld.StartAsync(AwsWorld.NoBreaker);
        await world.Service.StartAsync();
        var failed = 0;
        foreach (var proxy in new[] { world.Stream, world.Control, world.Edge, world.Tables })
        {
            // AWS throttles tables and streams under this name, and the other services under the general one.
            var throttled = Fault.Throttled(proxy == world.Stream || proxy == world.Tables ? "ProvisionedThroughputExceededException" : "ThrottlingException");
            proxy.Judge = (_, _) =>
            {
                Fault? fault = Random.Shared.Next(30) switch { 0 => throttled, 1 => Fault.ServerError, 2 => Fault.AnswerLost, _ => null };
                Interlocked.Add(ref failed, fault is null ? 0 : 1);
                return fault;
            };
        }

        List<string> pirates = [.. Enumerable.Range(0, Pirates).Select(i => string.Create(CultureInfo.InvariantCulture, $"pirate{i:d10}"))];
        foreach (var sid in pirates)
        {
            await world.PlaySharedAsync(sid);
            await Task.Delay(Random.Shared.Next(50, 300));
        }
        await world.AreBlockedAsync(pirates);

        Assert.True(failed > 10, $"Only {failed} calls failed.");
        foreach (var proxy in new[] { world.Stream, world.Control, world.Edge, world.Tables })
            proxy.Judge = null;
        await AwsWorld.UntilAsync(async () => (await NotReadyAsync(world)).Count == 0, "the service is ready again");
        Assert.Equal(pirates, await world.RevokedAsync());
        Assert.Equal(pirates, world.Store.Content.Keys.Where(key => key.StartsWith("s:", StringComparison.Ordinal)).Select(key => key[2..]).Order(StringComparer.Ordinal));
        Assert.Equal(Pirates * LinesOfOne, (await world.Service.GetAsync("/v1/status")).GetProperty("stream").GetProperty("lines").GetInt64());
    }

    /// <summary>The parts that are not ready; none where the service as a whole is.</summary>
    private static async Task<List<string>> NotReadyAsync(AwsWorld world)
    {
        var (status, answer) = await world.Service.SendAsync(HttpMethod.Get, "/health/ready");
        List<string> parts = [.. answer.GetProperty("parts").EnumerateArray().Where(part => !part.GetProperty("ready").GetBoolean()).Select(part => part.GetProperty("name").GetString()!)];
        Assert.Equal(parts.Count == 0 ? 200 : 503, status);
        return parts;
    }
}
