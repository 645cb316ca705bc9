using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Portcullis.Assets;
using Portcullis.Aws.Assets;
using Portcullis.Aws.Tables;
using Portcullis.Aws.Tests.Ledger;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Chaos;
using Portcullis.Enforcement.Waf;
using Xunit.Abstractions;

namespace Portcullis.Aws.Tests.Profile;

/// <summary>Starts with as much as a large installation has; what it prints with <c>./test.sh --long</c> is in docs/benchmarks.md.</summary>
public sealed class RestartScaleTests(ITestOutputHelper output)
{
    private const int Assets = 3_000, RuleGroupCapacity = 1_500, BatchOf = 50, Samples = 300;

    /// <summary>More than the rule group has room for: 20,000, or 100,000 in the long run.</summary>
    private static readonly int Revocations = ChaosRun.IsLong ? 100_000 : 20_000;

    private static readonly TimeSpan Converging = TimeSpan.FromMinutes(5);

    [SkippableFact]
    public async Task Start_ThousandsOfAssetsAndManyThousandRevocations_AllAreThereAndEnforced()
    {
        await using var world = await AwsWorld.StartAsync();
        await world.Service.StartAsync();
        var sequence = (await world.Service.GetAsync("/v1/status")).GetProperty("ledgerSequence").GetInt64();
        world.Service.Kill();
        using (var client = TableClient.Connect(AwsServers.ConnectTo(world.DynamoDB)))
        {
            await LedgerLogFill.FillAsync(new DynamoTable(client, "portcullis-ledger"), sequence, Revocations, DateTimeOffset.UtcNow);
            await new DynamoTable(client, "portcullis-state").WriteAsync(
                Enumerable.Range(0, Assets).Select(i => DynamoTable.Putting(DynamoAssetStore.ItemOf(new Asset { Id = $"asset-{i}", Path = $"/vod/{i}/master.m3u8" }))), CancellationToken.None);
        }

        var updates = world.Store.Updates;
        await world.Service.StartAndKillAsync(() => AwsWorld.UntilAsync(() => Task.FromResult(world.Store.Updates >= updates + (Revocations / BatchOf / 3)), "a third is written"));
        var (ready, settled) = await StartAsync(world);
        Print($"from the log, killed when a third was written, and started again: ready {ready:f1} s, targets right {settled:f1} s, {world.Store.Updates - updates} UpdateKeys in all");
        // What is there is not written again.
        Assert.InRange(world.Store.Updates - updates, Revocations / BatchOf, (Revocations / BatchOf) + 2);
        await CheckAsync(world, sequence);

        // What the targets hold already is not written again.
        updates = world.Store.Updates;
        world.Service.Kill();
        (ready, settled) = await StartAsync(world);
        Print($"after a kill, targets full: ready {ready:f1} s, targets right {settled:f1} s, {world.Store.Updates - updates} UpdateKeys");
        await CheckAsync(world, sequence);
        Assert.Equal(updates, world.Store.Updates);
    }

    /// <summary>Seconds from the start until the service is ready, and until both targets are right.</summary>
    private static async Task<(double Ready, double Settled)> StartAsync(AwsWorld world)
    {
        var started = Stopwatch.GetTimestamp();
        await world.Service.StartAsync();
        var ready = Stopwatch.GetElapsedTime(started);
        while (true)
        {
            var status = await world.Service.GetAsync("/v1/status");
            if (status.GetProperty("targets").EnumerateArray().All(target => target.GetProperty("version").GetInt64() == status.GetProperty("ledgerSequence").GetInt64() && target.GetProperty("lastError").ValueKind == JsonValueKind.Null))
                return (ready.TotalSeconds, Stopwatch.GetElapsedTime(started).TotalSeconds);
            Assert.True(Stopwatch.GetElapsedTime(started) < Converging, $"The targets are not right yet: {status.GetProperty("targets")}");
            await Task.Delay(50);
        }
    }

    private async Task CheckAsync(AwsWorld world, long sequence)
    {
        var status = await world.Service.GetAsync("/v1/status");
        Assert.Equal(Revocations, status.GetProperty("revocations").GetInt32());
        Assert.Equal(Revocations, world.Store.Content.Keys.Count(key => key.StartsWith("s:", StringComparison.Ordinal)));
        var patterns = await world.RuleGroup.PatternsAsync();
        var waf = status.GetProperty("targets").EnumerateArray().Single(target => target.GetProperty("name").GetString() == "waf");
        var (entries, leftOut) = (waf.GetProperty("entries").GetInt32(), waf.GetProperty("leftOut").GetInt32());
        Assert.Equal(Revocations, entries + leftOut);
        Assert.InRange(patterns.Count * WafPlan.StatementCapacity, RuleGroupCapacity - WafPlan.StatementCapacity + 1, RuleGroupCapacity);
        // The newest have the room.
        var oldest = sequence + Revocations - entries + 1;
        Assert.All(Enumerable.Range(0, Samples).Select(i => oldest + (i * (entries - 1L) / (Samples - 1))), number => Assert.True(AwsWorld.Blocks(patterns, $"{number:D16}"), $"session {number} is not in the rule group"));
        Assert.All(Enumerable.Range(0, Samples).Select(i => sequence + 1 + (i * (leftOut - 1L) / (Samples - 1))), number => Assert.False(AwsWorld.Blocks(patterns, $"{number:D16}"), $"session {number} is in the rule group"));
        Assert.Equal("asset-2999", (await world.Service.GetAsync("/v1/assets/asset-2999")).GetProperty("id").GetString());
        Print($"rule group: {entries} of {Revocations} sessions in {patterns.Count} patterns, {patterns.Count * WafPlan.StatementCapacity} of {RuleGroupCapacity} WCU");
    }

    private void Print(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
