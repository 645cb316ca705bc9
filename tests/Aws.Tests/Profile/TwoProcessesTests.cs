using System.Text;
using System.Text.Json;
using Portcullis.Chaos;

namespace Portcullis.Aws.Tests.Profile;

/// <summary>Two processes on the same AWS, as during a deployment.</summary>
public sealed class TwoProcessesTests
{
    /// <summary>Longer than an enforcer takes to look again, in the long run: what one puts into the store must survive the other's look.</summary>
    private static int Settle => ChaosRun.IsLong ? 20 : 3;

    [SkippableFact]
    public async Task Rotate_EmergencyAtOneProcess_EndsAndBothSignWithTheNewKey()
    {
        await using var world = await AwsWorld.StartAsync(("Aws__KeySettleSeconds", $"{Settle}"), ("Api__AdminKey", "ptc_admin_" + new string('x', 40)));
        await world.Service.StartAsync();
        await world.Another.StartAsync();
        await world.Service.SendAsync(HttpMethod.Put, "/v1/assets/match-1", new { path = "/live/one/master.m3u8" });
        var old = await SigningKeyAsync(world.Service);

        await world.Another.PostAsync("/v1/keys/rotate", new { emergency = true, reason = "test" });
        await Poll.UntilAsync(() => IsSettled(world.Another).Result && IsSettled(world.Service).Result, "the rotation ends");

        var signing = await SigningKeyAsync(world.Service);
        Assert.NotEqual(old, signing);
        Assert.Equal(signing, await SigningKeyAsync(world.Another));
        Assert.Equal([$"k:{signing}"], world.Store.Content.Keys.Where(key => key.StartsWith("k:", StringComparison.Ordinal)));
        foreach (var service in new[] { world.Service, world.Another })
        {
            var token = await service.PostAsync("/v1/tokens", new { asset = "match-1" });
            Assert.Equal(signing, KeyOf(token.GetProperty("playbackUrl").GetString()!));
        }
    }

    private static async Task<string> SigningKeyAsync(ServiceProcess service) => (await service.GetAsync("/v1/status")).GetProperty("signingKey").GetString()!;

    private static async Task<bool> IsSettled(ServiceProcess service)
    {
        var keys = await service.GetAsync("/v1/keys");
        return keys.GetProperty("rotation").ValueKind == JsonValueKind.Null && keys.GetProperty("lastRotation").ValueKind != JsonValueKind.Null
            && (await service.GetAsync("/v1/status")).GetProperty("signingKey").ValueKind == JsonValueKind.String;
    }

    /// <summary>The key id in a token's header.</summary>
    private static string KeyOf(string playbackUrl)
    {
        var header = new Uri(playbackUrl).AbsolutePath.Split('/')[1].Split('.')[1];
        return JsonElement.Parse(Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(header))).GetProperty("kid").GetString()!;
    }
}
