using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Portcullis.Api.Tests.Service;
using Portcullis.Tokens.V1;

namespace Portcullis.Api.Tests;

/// <summary>An operator of SMDE moves over, by the command line and an export of his table, and can go back at each step.</summary>
public sealed class MigrationTests : IAsyncLifetime
{
    private const string KeyId = "20241104_0123456789abcdef0123", OlderKeyId = "20241103_89abcdef012345678901", Agent = "player at 203.0.113.7";

    private static readonly string Secret = string.Concat(Enumerable.Repeat("5ec4e7a1", 16)), OlderSecret = string.Concat(Enumerable.Repeat("01de45ec", 16));

    private RunningService _service = null!;

    public async Task InitializeAsync()
    {
        _service = await RunningService.StartAsync();
        await Eventually.TrueAsync(async () => (await _service.Anonymous.GetAsync("/health/ready")).IsSuccessStatusCode, "the service is ready");
        foreach (var sample in new[] { "sample-live", "sample-vod" })
            await _service.Admin.DeleteAsync($"/v1/assets/{sample}");
        await File.WriteAllTextAsync(InFolder("primary.json"), $$"""{"{{KeyId}}":"{{Secret}}"}""");
        await File.WriteAllTextAsync(InFolder("secondary.txt"), OlderSecret + "\n");
        var export = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "smde-assets.json"));
        await File.WriteAllTextAsync(InFolder("assets.json"), export.Replace("https://d111111abcdef8.cloudfront.net", _service.EdgeUrl.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Migrate_KeysAssetsMintingFormat_EachStepPlays()
    {
        // Keys first: what SMDE has issued plays on.
        Assert.Equal(0, await RunAsync("keys", "import", "--secret-file", InFolder("primary.json"), "--signing"));
        Assert.Equal(0, await RunAsync("keys", "import", "--kid", OlderKeyId, "--secret-file", InFolder("secondary.txt")));
        using var inTheField = new Player(Issued("cKyrFyOVnjza", OlderKeyId, OlderSecret));
        await Eventually.TrueAsync(async () => await inTheField.OpenAsync() == HttpStatusCode.OK, "a token of SMDE's secondary key plays");

        // Then the table, bad rows left out.
        Assert.Equal(1, await RunAsync("assets", "import", InFolder("assets.json"), "--arming", "shadow"));
        Assert.Equal(["channel1 v1", "event_final v1", "film_42 v1"], await AssetsAsync());

        // Minting moves to our API; the session is followed and can be revoked.
        var ticket = await _service.MintAsync("channel1", viewer: Viewer);
        using var player = new Player(ticket.PlaybackUrl);
        Assert.Equal(HttpStatusCode.OK, await player.OpenAsync());
        Assert.Equal(HttpStatusCode.OK, await player.PlayOnAsync());
        await Eventually.TrueAsync(async () => await _service.SessionAsync(ticket.Sid) is not null, "the session is followed");
        foreach (var (sid, blocked) in new[] { (ticket.Sid, player), ("cKyrFyOVnjza", inTheField) })
        {
            await _service.RevokeAsync(new { sid, reason = "test" });
            await Eventually.TrueAsync(async () => await blocked.OpenAsync() == HttpStatusCode.Forbidden, $"{sid} is blocked");
        }

        // Asset by asset to v2, while v1 tokens still play.
        var before = await _service.MintAsync("channel1", viewer: Viewer);
        Assert.Equal(1, await RunAsync("assets", "import", InFolder("assets.json"), "--format", "v2"));
        Assert.Equal(["channel1 v2", "event_final v1", "film_42 v2"], await AssetsAsync());
        var after = await _service.MintAsync("channel1", viewer: Viewer);
        foreach (var url in new[] { before.PlaybackUrl, after.PlaybackUrl })
        {
            using var either = new Player(url);
            Assert.Equal(HttpStatusCode.OK, await either.OpenAsync());
        }

        // At last the keys go, and with them what is left of v1.
        foreach (var keyId in new[] { KeyId, OlderKeyId })
            Assert.Equal(0, await RunAsync("keys", "remove", keyId));
        using var old = new Player(before.PlaybackUrl);
        using var current = new Player(after.PlaybackUrl);
        await Eventually.TrueAsync(async () => await old.OpenAsync() == HttpStatusCode.Unauthorized, "v1 tokens are void");
        Assert.Equal(HttpStatusCode.OK, await current.OpenAsync());
        AssertNoSecretIsLogged(ticket, before, after);
    }

    [Fact]
    public async Task GoBack_FromV2AndFromOurMint_TokensOfBothPlay()
    {
        await RunAsync("keys", "import", "--secret-file", InFolder("primary.json"), "--signing");
        await RunAsync("assets", "import", InFolder("assets.json"), "--format", "v2");
        var v2 = await _service.MintAsync("channel1", viewer: Viewer);

        // The v1 policy was kept; of ours, a v1 asset has carriage and viewers only.
        var asset = (await _service.GetAsync("/v1/assets/channel1")).Deserialize<Dictionary<string, JsonElement>>()!;
        asset["format"] = JsonSerializer.SerializeToElement("v1");
        asset["policy"] = JsonSerializer.SerializeToElement(new { carriage = "path" });
        (await _service.Admin.PutAsJsonAsync("/v1/assets/channel1", asset)).EnsureSuccessStatusCode();
        var v1 = await _service.MintAsync("channel1", viewer: Viewer);

        foreach (var url in new[] { v2.PlaybackUrl, v1.PlaybackUrl, Issued("aB3dE6gH9jK2", KeyId, Secret) })
        {
            using var player = new Player(url);
            await Eventually.TrueAsync(async () => await player.OpenAsync() == HttpStatusCode.OK, "each of them plays");
        }
        // SMDE's own edge would admit what we minted as v1.
        var request = new SmdeRequest(v1.PlaybackUrl.AbsolutePath, "203.0.113.7", new Dictionary<string, string> { ["user-agent"] = Agent }, new Dictionary<string, string>());
        Assert.True(SmdeEdge.Admits(request, new Dictionary<string, string> { [KeyId] = Secret }, DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
    }

    [Fact]
    public async Task ImportKeys_RefusedByTheService_SaysWhyAndShowsNoSecret()
    {
        await RunAsync("keys", "import", "--secret-file", InFolder("primary.json"));
        await File.WriteAllTextAsync(InFolder("wrong.txt"), Secret[1..]);

        Assert.Equal(1, await RunAsync("keys", "import", "--kid", KeyId, "--secret-file", InFolder("wrong.txt")));
        Assert.Contains("another secret", _said, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret[1..17], _said + _service.Log.Text, StringComparison.Ordinal);
    }

    private string _said = "";

    private static object Viewer => new { ip = "203.0.113.7", headers = new Dictionary<string, string> { ["user-agent"] = Agent } };

    private string InFolder(string name) => Path.Combine(_service.Folder, name);

    /// <summary>A playback URL as SMDE's library issues it for channel1.</summary>
    private Uri Issued(string sid, string keyId, string secret)
    {
        var policy = new SmdePolicy { Headers = ["user-agent"], Exc = ["/ads/"], Nbf = 1_645_000_000, SessionAutoGenerate = 12, Ssn = true, Paths = ["/live/sample/"], Exp = "+12h" };
        var viewer = new Tokens.Viewer { Headers = new Dictionary<string, string> { ["user-agent"] = Agent } };
        return new Uri(_service.EdgeUrl, $"/{SmdeLibrary.Mint(policy, viewer, sid, keyId, secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 3600)}/live/sample/master.m3u8");
    }

    private async Task<int> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var code = await Cli.CommandLine.InvokeAsync([.. arguments, "--api", _service.ApiUrl.ToString(), "--api-key-file", InFolder("admin.key")], output, error, CancellationToken.None);
        _said = output.ToString() + error;
        return code;
    }

    private async Task<IEnumerable<string>> AssetsAsync() =>
        (await _service.GetAsync("/v1/assets")).GetProperty("assets").EnumerateArray().Select(asset => $"{asset.GetProperty("id").GetString()} {asset.GetProperty("format").GetString()}");

    private void AssertNoSecretIsLogged(params Ticket[] tickets)
    {
        foreach (var secret in tickets.Select(ticket => ticket.Signature).Append(Secret[..32]).Append(OlderSecret[..32]).Append(_service.AdminKey[^43..]))
            Assert.DoesNotContain(secret, _service.Log.Text, StringComparison.Ordinal);
    }
}
