using System.Globalization;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Chaos;

namespace Portcullis.Aws.Tests.Profile;

/// <summary>The stream changes its shards while the whole service runs.</summary>
public sealed class ReshardingTests
{
    private const int Pirates = 12, Homes = 3, Rounds = 6, Honest = 50;

    /// <summary>Kills in a run: two, or thirty with <c>./test.sh --long</c>.</summary>
    private static int Kills => ChaosRun.IsLong ? 30 : 2;

    [SkippableFact]
    public async Task SplitsAndMerges_InFullFlow_EveryPirateIsBlockedAndEveryLineCountedOnce()
    {
        await using var world = await AwsWorld.StartAsync(AwsServers.StartKinesisAsync, AwsWorld.NoBreaker);
        await world.Service.StartAsync();
        List<string> pirates = [.. Enumerable.Range(0, Pirates).Select(i => string.Create(CultureInfo.InvariantCulture, $"pirate{i:d10}"))];

        // Each pirate's lines lie in the shards of every generation.
        for (var position = 0; position < Rounds; position++)
        {
            await world.Log.PutAsync(
            [
                .. from sid in pirates from home in Enumerable.Range(1, Homes) select AwsWorld.Line(sid, $"19{home}.51.100.7", position),
                .. Enumerable.Range(0, Honest).Select(i => AwsWorld.Line($"honestViewer{i:d4}", $"10.0.0.{i}", position)),
            ]);
            await (position % 2 == 0 ? world.Log.SplitAsync() : world.Log.MergeAsync());
        }

        await world.AreBlockedAsync(pirates);
        const int lines = Rounds * ((Pirates * Homes) + Honest);
        await AwsWorld.UntilAsync(async () => (await StreamAsync(world)).Lines >= lines, "all lines are read");
        Assert.Equal((lines, 0, 0), await StreamAsync(world));
        Assert.Equal(pirates, await world.RevokedAsync());
    }

    [SkippableFact]
    public async Task Kill_WhileTheStreamIsResharded_EveryPirateIsBlockedOnce()
    {
        await using var world = await AwsWorld.StartAsync(AwsServers.StartKinesisAsync, AwsWorld.NoBreaker);
        await world.Service.StartAsync();
        var random = ChaosRun.Random();
        var pirates = new List<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var sid = string.Create(CultureInfo.InvariantCulture, $"pirate{kill:d10}");
            await world.PlaySharedAsync(sid);
            var resharding = kill % 2 == 0 ? world.Log.SplitAsync() : world.Log.MergeAsync();
            await Task.Delay(random.Next(0, 1_000));
            world.Service.Kill();
            await resharding;
            await world.PlaySharedAsync(sid);
            await world.Service.StartAsync();
            pirates.Add(sid);
        }

        await world.AreBlockedAsync(pirates);
        Assert.Equal(pirates, await world.RevokedAsync());
        Assert.Equal(0, (await StreamAsync(world)).Gaps);
    }

    private static async Task<(long Lines, long Malformed, long Gaps)> StreamAsync(AwsWorld world)
    {
        var stream = (await world.Service.GetAsync("/v1/status")).GetProperty("stream");
        return (stream.GetProperty("lines").GetInt64(), stream.GetProperty("malformed").GetInt64(), stream.GetProperty("gaps").GetInt64());
    }
}
