using Portcullis.Chaos;

namespace Portcullis.Aws.Tests.Profile;

/// <summary>kill -9 while the service starts: for the first time of all, and with something to start from.</summary>
public sealed class StartKillTests
{
    /// <summary>Kills in a run: ten, or sixty with <c>./test.sh --long</c>.</summary>
    private static int Kills => ChaosRun.IsLong ? 60 : 10;

    [SkippableFact]
    public async Task Kill_WhileItStarts_TheNextStartGoesOn()
    {
        await using var world = await AwsWorld.StartAsync(AwsWorld.NoBreaker);
        var random = ChaosRun.Random();
        await StartAndKillAsync(world, random, Kills / 2);
        await world.Service.StartAsync();
        await world.PutAssetAsync();
        await world.Service.PostAsync("/v1/revocations", new { sid = "a", reason = "test" });
        var keys = KeysOf(world);
        Assert.Single(keys);
        await world.AreBlockedAsync("a");
        world.Service.Kill();

        await world.PlaySharedAsync("pirate");
        await StartAndKillAsync(world, random, Kills / 2);
        await world.Service.StartAsync();
        await world.PlaySharedAsync("pirate");

        await world.AreBlockedAsync("a", "pirate");
        Assert.Equal(["a", "pirate"], await world.RevokedAsync());
        Assert.Equal(keys, KeysOf(world));
        Assert.Equal($"k:{(await world.Service.GetAsync("/v1/status")).GetProperty("signingKey").GetString()}", keys[0]);
        Assert.Equal(200, (await world.Service.SendAsync(HttpMethod.Post, "/v1/tokens", new { asset = "match-1" })).Status);
        Assert.Empty(world.Store.Refusals);
    }

    private static List<string> KeysOf(AwsWorld world) => [.. world.Store.Content.Keys.Where(key => key.StartsWith("k:", StringComparison.Ordinal))];

    private static async Task StartAndKillAsync(AwsWorld world, Random random, int kills)
    {
        for (var kill = 0; kill < kills; kill++)
            await world.Service.StartAndKillAsync(() => Task.Delay(random.Next(300, 3_000)));
    }
}
