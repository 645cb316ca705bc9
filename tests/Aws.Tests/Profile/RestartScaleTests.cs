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

/// <summary>Starts with as much as a large installation has. With <c>./test.sh --long</c> only; what it prints is in docs/benchmarks.md.</summary>
public sealed class RestartScaleTests(ITestOutputHelper output)
{
    private const int Assets = 3_000, Revocations = 100_000, RuleGroupCapacity = 1_500;

    private static readonly TimeSpan Converging = TimeSpan.FromMinutes(5);

    [SkippableFact]
    public async Task Start_ThreeThousandAssetsAndAHundredThousandRevocations_AllAreThereAndEnforced()
    {
        Skip.IfNot(ChaosRun.IsLong, "Only with PORTCULLIS_LONG=1.");
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
        var (ready, settled) = await StartAsync(world);
        Print($"from the log, targets empty: ready {ready:f1} s, targets right {settled:f1} s, {world.Store.Updates - updates} UpdateKeys");
        await CheckAsync(world);

        // Whoever ends in order leaves a snapshot; a kill leaves the log. What the targets hold already is not written again.
        updates = world.Store.Updates;
        world.Service.Kill();
        (ready, settled) = await StartAsync(world);
        Print($"after a kill, targets full: ready {ready:f1} s, targets right {settled:f1} s, {world.Store.Updates - updates} UpdateKeys");
        await CheckAsync(world);
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

    private async Task CheckAsync(AwsWorld world)
    {
        var status = await world.Service.GetAsync("/v1/status");
        Assert.Equal(Revocations, status.GetProperty("revocations").GetInt32());
        Assert.Equal(Revocations, world.Store.Content.Keys.Count(key => key.StartsWith("s:", StringComparison.Ordinal)));
        var patterns = await world.RuleGroup.PatternsAsync();
        var waf = status.GetProperty("targets").EnumerateArray().Single(target => target.GetProperty("name").GetString() == "waf");
        var (entries, leftOut) = (waf.GetProperty("entries").GetInt32(), waf.GetProperty("leftOut").GetInt32());
        Assert.Equal(Revocations, entries + leftOut);
        Assert.InRange(patterns.Count * WafPlan.StatementCapacity, RuleGroupCapacity - WafPlan.StatementCapacity + 1, RuleGroupCapacity);
        Assert.Equal(entries, Enumerable.Range(1, Revocations).Count(i => patterns.Exists(pattern => pattern.Contains($"{i:D16}", StringComparison.Ordinal))));
        Assert.Equal("asset-2999", (await world.Service.GetAsync("/v1/assets/asset-2999")).GetProperty("id").GetString());
        Print($"rule group: {entries} of {Revocations} sessions in {patterns.Count} patterns, {patterns.Count * WafPlan.StatementCapacity} of {RuleGroupCapacity} WCU");
    }

    private void Print(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
