using Portcullis.Aws.Tests.Servers;

namespace Portcullis.Aws.Tests.Profile;

/// <summary>kill -9 just before a target is written, and just before it says that it was.</summary>
public sealed class KillBesideWriteTests
{
    [SkippableFact]
    public async Task Kill_BetweenDecisionAndWrite_TheStartWritesItAndTheLedgerHoldsItOnce()
    {
        await using var world = await AwsWorld.StartAsync();
        await world.Service.StartAsync();
        world.Control.Judge = (request, _) => IsUpdate(request) ? Fault.ServerError : null;
        world.Edge.Judge = (request, _) => IsUpdate(request) ? Fault.ServerError : null;
        await world.Service.PostAsync("/v1/revocations", new { sid = "manual", reason = "test" });
        await world.PlaySharedAsync("pirate");
        await AwsWorld.UntilAsync(async () => (await world.RevokedAsync()).Count == 2, "both decisions are durable");

        world.Service.Kill();
        Assert.False(world.StoreBlocks("manual") || world.StoreBlocks("pirate"));
        Assert.Empty(await world.RuleGroup.PatternsAsync());
        world.Control.Judge = world.Edge.Judge = null;
        await world.Service.StartAsync();

        await world.AreBlockedAsync("manual", "pirate");
        // Once the lines of another are observed, those before them were read a second time.
        await world.PlaySharedAsync("another");
        await world.AreBlockedAsync("another");
        Assert.Equal(["another", "manual", "pirate"], await world.RevokedAsync());
    }

    [SkippableFact]
    public async Task Kill_BetweenWriteAndAcknowledgement_TheStartWritesNothingAgain()
    {
        await using var world = await AwsWorld.StartAsync();
        await world.Service.StartAsync();
        // The service never learns that its write happened: from then on it gets no answer at all.
        var (control, edge) = (new LostAnswer(), new LostAnswer());
        (world.Control.Judge, world.Edge.Judge) = (control.Judge, edge.Judge);
        await world.Service.PostAsync("/v1/revocations", new { sid = "a", reason = "test" });
        await world.AreBlockedAsync("a");

        world.Service.Kill();
        var ruleGroup = (await world.RuleGroup.ReadAsync())["LockToken"]!.ToString();
        var (updates, rewrites) = (world.Store.Updates, 0);
        world.Edge.Judge = null;
        world.Control.Judge = (request, _) =>
        {
            rewrites += IsUpdate(request) ? 1 : 0;
            return null;
        };
        await world.Service.StartAsync();

        await AwsWorld.UntilAsync(() => IsSettledAsync(world, 1), "the status says that both targets hold it");
        Assert.Equal((updates, 0), (world.Store.Updates, rewrites));
        Assert.Equal(ruleGroup, (await world.RuleGroup.ReadAsync())["LockToken"]!.ToString());
        await world.Service.PostAsync("/v1/revocations", new { sid = "b", reason = "test" });
        await world.AreBlockedAsync("a", "b");
        await AwsWorld.UntilAsync(() => IsSettledAsync(world, 2), "the status says that both targets hold both");
        Assert.Equal((updates + 1, 1), (world.Store.Updates, rewrites));
        Assert.Equal(["a", "b"], await world.RevokedAsync());
    }

    private static bool IsUpdate(Microsoft.AspNetCore.Http.HttpRequest request) =>
        FaultProxy.OperationOf(request) == "UpdateRuleGroup" || (request.Method == "POST" && request.Path.Value!.EndsWith("/keys", StringComparison.Ordinal));

    private static async Task<bool> IsSettledAsync(AwsWorld world, int entries)
    {
        var status = await world.Service.GetAsync("/v1/status");
        return status.GetProperty("targets").EnumerateArray().All(target =>
            target.GetProperty("version").GetInt64() == status.GetProperty("ledgerSequence").GetInt64() && target.GetProperty("lastError").ValueKind == System.Text.Json.JsonValueKind.Null
            && target.GetProperty("entries").GetInt32() == entries);
    }

    /// <summary>Loses the answer of the first update, and drops whatever comes after it.</summary>
    private sealed class LostAnswer
    {
        private int _updates;

        public Fault? Judge(Microsoft.AspNetCore.Http.HttpRequest request, byte[] body)
        {
            if (Volatile.Read(ref _updates) > 0)
                return Fault.Dropped;
            return IsUpdate(request) && Interlocked.Increment(ref _updates) == 1 ? Fault.AnswerLost : null;
        }
    }
}
