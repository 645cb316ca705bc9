using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Portcullis.Chaos;
using Xunit.Abstractions;

namespace Portcullis.Aws.Tests.Profile;

/// <summary>kill -9 while keys are rotated, in an emergency as well: every token that was given out has its key in the store, and after an emergency no other key is left there.</summary>
public sealed class RotationKillTests(ITestOutputHelper output)
{
    private const int BackEnds = 2;

    private static readonly TimeSpan Completing = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, long> _dropped = new(StringComparer.Ordinal);
    private int _minted;

    /// <summary>Kills in a run: four, or thirty with <c>./test.sh --long</c>.</summary>
    private static int Kills => ChaosRun.IsLong ? 30 : 4;

    [SkippableFact]
    public async Task Kill_DuringRotations_TheyCompleteAndTheStoreHoldsTheKeyOfEachToken()
    {
        await using var world = await AwsWorld.StartAsync();
        world.Edge.Judge = (_, body) =>
        {
            NoteDropped(body);
            return null;
        };
        await world.Service.StartAsync();
        await world.PutAssetAsync();
        var random = ChaosRun.Random();
        var keys = new KeyOperator(world.Service, Completing);
        await keys.SettleAsync();
        for (var kill = 0; kill < Kills; kill++)
        {
            await world.Service.KillDuringAsync(
                random, cancellation => [keys.WorkAsync(new Random(random.Next()), cancellation), .. Enumerable.Range(0, BackEnds).Select(_ => MintAsync(world, cancellation))]);

            var live = await keys.SettleAsync();
            // That no rotation is under way is the acknowledgement: what an emergency voids is gone by now.
            Assert.Equal(live.Order(StringComparer.Ordinal), world.Store.Content.Keys.Where(key => key.StartsWith("k:", StringComparison.Ordinal)).Select(key => key[2..]).Order(StringComparer.Ordinal));
        }
        var (rotations, emergencies) = keys.Acknowledged;
        var load = string.Create(CultureInfo.InvariantCulture, $"{Kills} kills: {_minted} minted, {rotations} rotations acknowledged, {emergencies} of them emergencies, {_dropped.Count} keys dropped");
        output.WriteLine(load);
        Assert.True(_minted > Kills && rotations > Kills && emergencies > 0 && !_dropped.IsEmpty, $"That is no load: {load}");
        Assert.Empty(world.Store.Refusals);
    }

    private async Task MintAsync(AwsWorld world, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var askedAt = Stopwatch.GetTimestamp();
            try
            {
                var (status, answer) = await world.Service.SendAsync(HttpMethod.Post, "/v1/tokens", new { asset = "match-1" });
                Assert.True(status == 200 || answer.GetProperty("type").GetString()!.EndsWith(":no-signing-key", StringComparison.Ordinal), $"mint: {status} {answer}");
                if (status == 200)
                {
                    var keyId = MintedToken.Of(answer, askedAt).KeyId;
                    // An emergency may have dropped it while the answer was on its way.
                    Assert.True(world.Store.Holds($"k:{keyId}") || _dropped.GetValueOrDefault(keyId) > askedAt, $"a token was given out whose key {keyId} the store does not hold");
                    Interlocked.Increment(ref _minted);
                }
            }
            catch (HttpRequestException)
            {
                return;
            }
            await Task.Delay(5, CancellationToken.None);
        }
    }

    /// <summary>Notes when the store was told to drop a key.</summary>
    private void NoteDropped(byte[] body)
    {
        if (body.Length == 0 || !JsonSerializer.Deserialize<JsonElement>(body).TryGetProperty("Deletes", out var deletes))
            return;
        foreach (var key in deletes.EnumerateArray().Select(entry => entry.GetProperty("Key").GetString()!).Where(key => key.StartsWith("k:", StringComparison.Ordinal)))
            _dropped[key[2..]] = Stopwatch.GetTimestamp();
    }
}
