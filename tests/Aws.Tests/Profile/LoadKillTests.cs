using System.Globalization;
using Portcullis.Chaos;
using Xunit.Abstractions;

namespace Portcullis.Aws.Tests.Profile;

/// <summary>kill -9 under everything at once: operators decide, pirates play, back-ends mint for accounts with a limit.</summary>
public sealed class LoadKillTests(ITestOutputHelper output)
{
    private const int Operators = 2, SessionsOfOne = 6, Accounts = 3, Limit = 2;

    /// <summary>Kills in a run: three, or twenty with <c>./test.sh --long</c>.</summary>
    private static int Kills => ChaosRun.IsLong ? 20 : 3;

    [SkippableFact]
    public async Task Kill_UnderLoad_LosesAndDoublesNothingAndTheTargetsConverge()
    {
        await using var world = await AwsWorld.StartAsync(
            [.. AwsWorld.NoBreaker, ("Accounts__MaxSessions", $"{Limit}"), ("Accounts__MintsPerMinute", "10000"), ("Accounts__MaxOutstandingTokens", "10000")]);
        await world.Service.StartAsync();
        await world.PutAssetAsync();
        var random = ChaosRun.Random();
        var operators = Enumerable.Range(0, Operators).Select(i => new LoadOperator(world.Service, Enumerable.Range(0, SessionsOfOne).Select(j => $"operated-{i}-{j}"))).ToList();
        var pirates = new List<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            List<string> playing = [.. Enumerable.Range(0, 3).Select(i => string.Create(CultureInfo.InvariantCulture, $"pirate{kill:d4}{i:d4}"))];
            List<LimitedAccount> accounts = [.. Enumerable.Range(0, Accounts).Select(i => new LimitedAccount(world.Service, $"customer-{kill}-{i}", Limit))];
            await world.Service.KillDuringAsync(random, cancellation =>
            [
                .. operators.Select(one => one.WorkAsync(new Random(random.Next()), cancellation)),
                PlayAsync(world, playing, new Random(random.Next()), cancellation),
                .. Enumerable.Range(0, 2).Select(_ => MintAsync(accounts, new Random(random.Next()), cancellation)),
            ]);
            // A session without evidence so far begins anew where reading goes on; a pirate plays on.
            foreach (var sid in playing)
                await world.PlaySharedAsync(sid);
            pirates.AddRange(playing);

            foreach (var account in accounts)
                await account.CheckAsync();
            await world.AreBlockedAsync(pirates);
            var decisions = await world.DecisionsAsync();
            var blocked = operators.SelectMany(one => one.Check(decisions)).ToDictionary();
            Assert.Equal(pirates, decisions.Select(decision => decision.GetProperty("subject").GetProperty("value").GetString()!).Where(sid => sid.StartsWith("pirate", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
            await AwsWorld.UntilAsync(
                async () =>
                {
                    var patterns = await world.RuleGroup.PatternsAsync();
                    return blocked.All(session => world.StoreBlocks(session.Key) == session.Value && AwsWorld.Blocks(patterns, session.Key) == session.Value);
                },
                "the targets hold what the ledger says");
        }
        var acknowledged = operators.Sum(one => one.Acknowledged.Count);
        output.WriteLine($"{Kills} kills: {acknowledged} decisions acknowledged, {pirates.Count} pirates, {Kills * Accounts} accounts");
        Assert.True(acknowledged > Kills * Operators, $"Only {acknowledged} decisions were acknowledged: that is no load.");
        Assert.Empty(world.Store.Refusals);
    }

    /// <summary>Each pirate plays once, some just before the kill.</summary>
    private static async Task PlayAsync(AwsWorld world, List<string> sids, Random random, CancellationToken cancellation)
    {
        foreach (var sid in sids)
        {
            if (cancellation.IsCancellationRequested)
                return;
            await world.PlaySharedAsync(sid);
            await Task.Delay(random.Next(50, 400), CancellationToken.None);
        }
    }

    private static async Task MintAsync(List<LimitedAccount> accounts, Random random, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested && await accounts[random.Next(accounts.Count)].TryMintAsync())
            await Task.Delay(20, CancellationToken.None);
    }
}
