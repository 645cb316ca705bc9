using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Chaos;
using Xunit.Abstractions;

namespace Portcullis.Aws.Tests.Profile;

/// <summary>The service with the profile <c>aws</c>, one process, against servers that we did not write: from Kinesis to rule group and KeyValueStore.</summary>
public sealed class EndToEndTests(ITestOutputHelper output)
{
    /// <summary>Pirates whose way is timed: twenty, or two hundred with <c>./test.sh --long</c>.</summary>
    private static int Pirates => ChaosRun.IsLong ? 200 : 20;

    [SkippableFact]
    public async Task Pirates_InTheLog_AreBlockedByRuleGroupAndStore()
    {
        await using var world = await AwsWorld.StartAsync(AwsWorld.NoBreaker);
        var waf = new ConcurrentDictionary<string, long>();
        var sent = new ConcurrentDictionary<string, long>();
        world.Control.Answered = (request, body, _) =>
        {
            if (FaultProxy.OperationOf(request) != "UpdateRuleGroup")
                return;
            var now = Stopwatch.GetTimestamp();
            var patterns = AwsWorld.PatternsIn(body);
            foreach (var sid in sent.Keys.Where(sid => !waf.ContainsKey(sid) && AwsWorld.Blocks(patterns, sid)))
                waf.TryAdd(sid, now);
        };
        await world.Service.StartAsync();
        await world.Log.PutAsync(Enumerable.Range(0, 500).Select(i => AwsWorld.Line($"honestViewer{i:d4}", $"10.0.{i / 250}.{i % 250}", i)));

        for (var i = 0; i < Pirates; i++)
        {
            var sid = string.Create(CultureInfo.InvariantCulture, $"pirate{i:d10}");
            sent[sid] = Stopwatch.GetTimestamp();
            await world.PlaySharedAsync(sid);
            await Task.Delay(Random.Shared.Next(200, 800));
        }
        await Poll.UntilAsync(() => waf.Count == Pirates && sent.Keys.All(world.StoreBlocks), "all pirates are blocked");

        var seconds = sent.Select(pirate => Stopwatch.GetElapsedTime(pirate.Value, waf[pirate.Key]).TotalSeconds).Order().ToList();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"From PutRecords to UpdateRuleGroup accepted, {Pirates} pirates: p50 {seconds[Pirates / 2]:f2} s, p99 {seconds[(Pirates * 99 / 100) - 1]:f2} s, longest {seconds[^1]:f2} s"));
        Assert.False(await world.WafBlocksAsync("honestViewer0001"));
        Assert.Equal(Pirates, world.Store.Content.Keys.Count(key => key.StartsWith("s:", StringComparison.Ordinal)));
        Assert.Empty(world.Store.Refusals);
    }

    [SkippableFact]
    public async Task Revoke_TheSessionA_BlocksNothingElseAndIsLiftedEverywhere()
    {
        await using var world = await AwsWorld.StartAsync();
        await world.Service.StartAsync();

        var revoked = await world.Service.PostAsync("/v1/revocations", new { sid = "a", reason = "test" });
        await Poll.UntilAsync(() => world.StoreBlocks("a") && world.WafBlocksAsync("a").Result, "a is blocked");
        var patterns = await world.RuleGroup.PatternsAsync();

        Assert.Equal(["s:a"], world.Store.Content.Keys.Where(key => key.StartsWith("s:", StringComparison.Ordinal)));
        Assert.All(["ab", "b", "A", "aa", "a_b"], sid => Assert.False(AwsWorld.Blocks(patterns, sid)));
        Assert.All(["/a/live/one.m3u8", "/a.m3u8", "/ab/c", "/live/a.ts"], path => Assert.DoesNotContain(patterns, pattern => System.Text.RegularExpressions.Regex.IsMatch(path, pattern)));

        await world.Service.PostAsync($"/v1/revocations/{revoked.GetProperty("id").GetString()}/lift", new { reason = "test" });
        await Poll.UntilAsync(() => !world.StoreBlocks("a") && world.RuleGroup.PatternsAsync().Result.Count == 0, "the emptied lists are written");
    }

    [SkippableFact]
    public async Task Service_OnAws_MintsWithTheKeyThatTheStoreHoldsAndKeepsEverythingOverALostDisk()
    {
        await using var world = await AwsWorld.StartAsync(("Api__AdminKey", "ptc_admin_" + new string('x', 40)));
        await world.Service.StartAsync();
        await world.PutAssetAsync();
        var webhook = await world.Service.PostAsync("/v1/webhooks", new { url = "http://127.0.0.1:9/hooks", events = new[] { "revocation.*" } });
        var token = await world.Service.PostAsync("/v1/tokens", new { asset = "match-1", account = "ada" });
        var status = await world.Service.GetAsync("/v1/status");

        world.Service.Kill();
        world.Service.LoseDisk();
        await world.Service.StartAsync();

        Assert.Contains($"k:{status.GetProperty("signingKey").GetString()}", world.Store.Content.Keys);
        Assert.StartsWith("https://d111111abcdef8.cloudfront.net/", token.GetProperty("playbackUrl").GetString(), StringComparison.Ordinal);
        Assert.Equal("match-1", (await world.Service.GetAsync("/v1/assets/match-1")).GetProperty("id").GetString());
        Assert.Equal(webhook.GetProperty("webhook").GetProperty("id").GetString(), (await world.Service.GetAsync("/v1/webhooks")).GetProperty("webhooks")[0].GetProperty("id").GetString());
        Assert.Equal(1, (await world.Service.GetAsync("/v1/accounts/ada")).GetProperty("heldSlots").GetInt32());
        Assert.Equal("aws", (await world.Service.GetAsync("/v1/status")).GetProperty("engine").GetString());
        Assert.Equal(200, (await world.Service.SendAsync(HttpMethod.Post, "/v1/tokens/renew", new { playbackUrl = token.GetProperty("playbackUrl").GetString() })).Status);
    }
}
