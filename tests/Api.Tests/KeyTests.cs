using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Portcullis.Api.Tests.Service;
using Portcullis.Tokens.V1;

namespace Portcullis.Api.Tests;

/// <summary>Keys of SMDE that the service takes over, and the id that CloudFront gives to the key pair.</summary>
public sealed class KeyTests : IAsyncLifetime
{
    private const string KeyId = "20241104_0123456789abcdef0123", Live = "/live/sample/master.m3u8", Sid = "cKyrFyOVnjza";

    private static readonly string Secret = string.Concat(Enumerable.Repeat("5ec4e7a1", 16));
    private static readonly SmdePolicy Policy = new() { Paths = ["/live/sample/"], Exp = "+48h", Ssn = true };

    private RunningService _service = null!;

    public async Task InitializeAsync()
    {
        _service = await RunningService.StartAsync();
        await Eventually.TrueAsync(async () => (await _service.Anonymous.GetAsync("/health/ready")).IsSuccessStatusCode, "the service is ready");
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Import_SmdesKey_AdmitsTokensAlreadyInTheField()
    {
        using var player = new Player(Issued(KeyId, Secret));
        var before = await player.OpenAsync();

        var imported = await ImportAsync(new { format = "v1", keyId = KeyId, secret = Secret });
        await Eventually.TrueAsync(async () => await player.OpenAsync() == HttpStatusCode.OK, "SMDE's token plays");
        using var forger = new Player(Issued(KeyId, new string('x', 128)));

        Assert.Equal(HttpStatusCode.Unauthorized, before);
        Assert.Equal(HttpStatusCode.Created, imported.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await forger.OpenAsync());
        Assert.Equal(HttpStatusCode.OK, await player.PlayOnAsync());
    }

    [Fact]
    public async Task Import_AnyOutcome_TellsAndLogsNoSecret()
    {
        var ours = (await KeysAsync()).Single().GetProperty("keyId").GetString()!;
        HttpResponseMessage[] answers =
        [
            await ImportAsync(new { format = "v1", keyId = KeyId, secret = Secret, signing = true }),
            await ImportAsync(new { format = "v1", keyId = KeyId, secret = Secret }),
            await ImportAsync(new { format = "v1", keyId = KeyId, secret = Secret[1..] }),
            await ImportAsync(new { format = "v1", keyId = ours, secret = Secret }),
            await ImportAsync(new { format = "v1", keyId = "tag-1", secret = Secret }),
            await ImportAsync(new { format = "v2", keyId = "other", secret = Secret }),
            await ImportAsync(new { format = "v1", keyId = Secret, secret = Secret }),
            await ImportAsync(new { format = "v1", keyId = "other", secret = Secret + "\u00e9" }),
            await ImportAsync(new { format = "v1", keyId = "other", secret = Secret, unknown = Secret }),
            await _service.Operator.GetAsync("/v1/keys"),
        ];

        Assert.Equal([201, 200, 409, 409, 409, 400, 400, 400, 400, 200], answers.Select(answer => (int)answer.StatusCode));
        var told = string.Concat(await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync()))) + _service.Log.Text;
        Assert.DoesNotContain(Secret[1..33], told, StringComparison.Ordinal);
        Assert.Equal(KeyId, Assert.Single(await KeysAsync(), key => key.GetProperty("format").GetString() == "v1").GetProperty("keyId").GetString());
    }

    [Fact]
    public async Task Import_KeyIdOfTheOtherFormat_ConflictNamesIt()
    {
        var ours = (await KeysAsync()).Single().GetProperty("keyId").GetString()!;

        var refusal = await Refusal.ReadAsync(await ImportAsync(new { format = "v1", keyId = ours, secret = Secret }));

        Assert.Equal((409, "conflict"), (refusal.Code, refusal.Type));
        Assert.Contains($"'{ours}' is that of another key", refusal.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await PlayAsync((await _service.MintAsync()).PlaybackUrl));
    }

    [Fact]
    public async Task Import_SecondKeyAsSigning_LeavesOneThatSigns()
    {
        await ImportAsync(new { format = "v1", keyId = "first", secret = Secret, signing = true });
        await ImportAsync(new { format = "v1", keyId = "second", secret = Secret[1..], signing = true });
        await ImportAsync(new { format = "v1", keyId = "third", secret = Secret[2..] });

        Assert.Equal(["second v1 True"], (await KeysAsync()).Where(key => key.GetProperty("format").GetString() == "v1" && key.GetProperty("signing").GetBoolean())
            .Select(key => $"{key.GetProperty("keyId").GetString()} {key.GetProperty("format").GetString()} {key.GetProperty("signing").GetBoolean()}"));
        Assert.Equal(4, (await KeysAsync()).Count);
    }

    [Fact]
    public async Task Remove_V1Key_VoidsItsTokens()
    {
        await ImportAsync(new { format = "v1", keyId = KeyId, secret = Secret });
        using var player = new Player(Issued(KeyId, Secret));
        await Eventually.TrueAsync(async () => await player.OpenAsync() == HttpStatusCode.OK, "SMDE's token plays");

        var removed = await _service.Admin.DeleteAsync($"/v1/keys/{KeyId}");
        var again = await _service.Admin.DeleteAsync($"/v1/keys/{KeyId}");
        var ours = await _service.Admin.DeleteAsync($"/v1/keys/{(await KeysAsync()).Single().GetProperty("keyId").GetString()}");

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.Conflict), (removed.StatusCode, again.StatusCode, ours.StatusCode));
        await Eventually.TrueAsync(async () => await player.OpenAsync() == HttpStatusCode.Unauthorized, "SMDE's token is void");
    }

    [Fact]
    public async Task Assign_CloudFrontsId_SignsUnderItAndAdmitsWhatWasSignedBefore()
    {
        const string Theirs = "K2JCJMDEHXQW5F";
        var early = await AssignAsync(Theirs);
        (await _service.Admin.PutAsJsonAsync("/v1/assets/signed", new { path = Live, policy = new { carriage = "signedUrl" } })).EnsureSuccessStatusCode();
        await _service.Admin.DeleteAsync("/v1/assets/sample-live");
        var before = await _service.MintAsync("signed");
        using var player = new Player(before.PlaybackUrl);
        await Eventually.TrueAsync(async () => await player.OpenAsync() == HttpStatusCode.OK, "the signed URL plays");

        var assigned = await AssignAsync(Theirs);
        var ticket = await _service.MintAsync("signed");
        using var later = new Player(ticket.PlaybackUrl);
        await Eventually.TrueAsync(async () => await later.OpenAsync() == HttpStatusCode.OK, "the URL signed under CloudFront's id plays");
        var renewed = await (await _service.Issuer.PostAsJsonAsync("/v1/tokens/renew", new { playbackUrl = before.PlaybackUrl })).Content.ReadFromJsonAsync<Ticket>(JsonSerializerOptions.Web);

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.OK), (early.StatusCode, assigned.StatusCode));
        Assert.Equal(Theirs, (await _service.GetAsync("/v1/keys/cloudfront")).GetProperty("keyPairId").GetString());
        Assert.DoesNotContain(Theirs, before.PlaybackUrl.Query, StringComparison.Ordinal);
        Assert.Contains($"Key-Pair-Id={Theirs}", ticket.PlaybackUrl.Query, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await player.OpenAsync());
        Assert.Equal(before.Sid, renewed!.Sid);
        Assert.Contains($"Key-Pair-Id={Theirs}", renewed.PlaybackUrl.Query, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> PlayAsync(Uri url)
    {
        using var player = new Player(url);
        return await player.OpenAsync();
    }

    /// <summary>A playback URL as SMDE's own library would have issued it an hour ago.</summary>
    private Uri Issued(string keyId, string secret) =>
        new(_service.EdgeUrl, $"/{SmdeLibrary.Mint(Policy, Tokens.Viewer.Unknown, Sid, keyId, secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 3600)}{Live}");

    private Task<HttpResponseMessage> ImportAsync(object key) => _service.Admin.PostAsJsonAsync("/v1/keys/import", key);

    private Task<HttpResponseMessage> AssignAsync(string keyPairId) => _service.Admin.PutAsJsonAsync("/v1/keys/cloudfront", new { keyPairId });

    private async Task<List<JsonElement>> KeysAsync() => [.. (await _service.GetAsync("/v1/keys")).GetProperty("keys").EnumerateArray()];
}
