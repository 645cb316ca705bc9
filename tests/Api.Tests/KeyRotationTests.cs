using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Portcullis.Api.Tests.Service;
using Portcullis.Engine;

namespace Portcullis.Api.Tests;

/// <summary>Rotations asked for over HTTP, with players at the edge before, during and after them.</summary>
public sealed class KeyRotationTests : IAsyncLifetime
{
    private RunningService _service = null!;

    public async Task InitializeAsync()
    {
        _service = await RunningService.StartAsync(null, "--Keys:RotateEvery=off");
        await Eventually.TrueAsync(async () => (await _service.Anonymous.GetAsync("/health/ready")).IsSuccessStatusCode, "the service is ready");
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Start_NewInstallation_MintsAtOnce()
    {
        await using var fresh = await RunningService.StartAsync();

        Assert.NotNull((await fresh.MintAsync()).Sid);
        var key = Assert.Single((await fresh.GetAsync("/v1/keys")).GetProperty("keys").EnumerateArray());
        Assert.Equal(("signing", true, "local-edge"), (key.GetProperty("state").GetString(), key.GetProperty("signing").GetBoolean(), key.GetProperty("heldBy")[0].GetString()));
    }

    [Fact]
    public async Task Rotate_Ordinary_TokensOfBothKeysPlay()
    {
        using var before = new Player((await _service.MintAsync()).PlaybackUrl);
        var old = await SigningKeyAsync();

        var answer = await RotateAsync(new { reason = "trying it out" });
        using var during = new Player((await _service.MintAsync()).PlaybackUrl);
        var statusDuring = await during.OpenAsync();
        await CompletedAsync(old);
        using var after = new Player((await _service.MintAsync()).PlaybackUrl);

        Assert.Equal(("started", "trying it out", false), (answer.GetProperty("outcome").GetString(), RotationOf(answer).GetProperty("reason").GetString(), RotationOf(answer).GetProperty("emergency").GetBoolean()));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), (await before.OpenAsync(), statusDuring, await during.OpenAsync(), await after.OpenAsync()));
        var keys = (await _service.GetAsync("/v1/keys")).GetProperty("keys").EnumerateArray().ToDictionary(key => key.GetProperty("keyId").GetString()!);
        Assert.Equal(("verifying", false), (keys[old].GetProperty("state").GetString(), keys[old].GetProperty("signing").GetBoolean()));
        Assert.InRange(keys[old].GetProperty("until").GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromHours(24), TimeSpan.FromHours(25));
        Assert.Equal(("signing", true), (keys[await SigningKeyAsync()].GetProperty("state").GetString(), keys[await SigningKeyAsync()].GetProperty("signing").GetBoolean()));
        Assert.Equal("admin of this installation", (await _service.GetAsync("/v1/keys")).GetProperty("lastRotation").GetProperty("by").GetString());
    }

    [Fact]
    public async Task Rotate_Ordinary_RenewalOfATokenOfTheOldKeyIsOfTheNewOne()
    {
        var ticket = await _service.MintAsync();
        var old = await SigningKeyAsync();
        await RotateAsync(new { reason = "test" });
        await CompletedAsync(old);

        var renewed = await (await _service.Issuer.PostAsJsonAsync("/v1/tokens/renew", new { playbackUrl = ticket.PlaybackUrl })).Content.ReadFromJsonAsync<Ticket>(JsonSerializerOptions.Web);

        Assert.Equal(ticket.Sid, renewed!.Sid);
        Assert.NotEqual(HeaderOf(ticket), HeaderOf(renewed));
        Assert.Equal(HeaderOf(await _service.MintAsync()), HeaderOf(renewed));
    }

    [Fact]
    public async Task Rotate_Emergency_OldTokensAreRefusedAndNewOnesPlay()
    {
        var ticket = await _service.MintAsync();
        using var before = new Player(ticket.PlaybackUrl);
        var opened = await before.OpenAsync();
        var old = await SigningKeyAsync();

        await RotateAsync(new { emergency = true, reason = "the store was copied" });
        await CompletedAsync(old);
        using var after = new Player((await _service.MintAsync()).PlaybackUrl);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.OK), (opened, await before.OpenAsync(), await after.OpenAsync()));
        Assert.Equal(HttpStatusCode.BadRequest, (await _service.Issuer.PostAsJsonAsync("/v1/tokens/renew", new { playbackUrl = ticket.PlaybackUrl })).StatusCode);
        Assert.DoesNotContain(old, (await _service.Operator.GetStringAsync("/v1/keys")), StringComparison.Ordinal);
        Assert.True((await _service.GetAsync("/v1/keys")).GetProperty("lastRotation").GetProperty("emergency").GetBoolean());
    }

    /// <summary>Nobody knows whether the emergency is on disk: the keys may be in a thief's hands, and nothing is signed until it is known.</summary>
    [Fact]
    public async Task Rotate_EmergencyThatCannotBeStored_NothingIsSignedUntilItIsKnown()
    {
        var old = await SigningKeyAsync();
        HttpResponseMessage asked, minted, renewed;
        var ticket = await _service.MintAsync();
        using var player = new Player(ticket.PlaybackUrl);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(_service.Folder, "portcullis.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            using var command = connection.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync();
            asked = await _service.Admin.PostAsJsonAsync("/v1/keys/rotate", new { emergency = true, reason = "test" });
            minted = await _service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "sample-live" });
            renewed = await _service.Issuer.PostAsJsonAsync("/v1/tokens/renew", new { playbackUrl = ticket.PlaybackUrl });
            Assert.Equal(HttpStatusCode.OK, await player.OpenAsync());
        }
        await Eventually.TrueAsync(async () => (await _service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "sample-live" })).IsSuccessStatusCode, "tokens are minted again");
        await RotateAsync(new { emergency = true, reason = "again" });
        await CompletedAsync(old);

        Assert.Equal((503, "store-unavailable"), await ReadAsync(asked));
        Assert.Equal((503, "no-signing-key"), await ReadAsync(minted));
        Assert.Equal((503, "no-signing-key"), await ReadAsync(renewed));
        Assert.Equal(HttpStatusCode.Unauthorized, await player.OpenAsync());

        static async Task<(int, string)> ReadAsync(HttpResponseMessage response) => await Refusal.ReadAsync(response) is var refusal ? (refusal.Code, refusal.Type) : default;
    }

    [Fact]
    public async Task Rotate_ManyAtOnce_MintingAndPlayingGoOn()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _service.Admin.PostAsJsonAsync("/v1/keys/rotate", new { reason = "all at once" })));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        for (var i = 0; i < 20; i++)
        {
            using var player = new Player((await _service.MintAsync()).PlaybackUrl);
            Assert.Equal(HttpStatusCode.OK, await player.OpenAsync());
        }
    }

    [Fact]
    public async Task Rotate_RingIsFull_ConflictSaysHowToGoOn()
    {
        HttpResponseMessage? refused = null;
        await Eventually.TrueAsync(
            async () => (refused = await _service.Admin.PostAsJsonAsync("/v1/keys/rotate", new { reason = "again" })).StatusCode != HttpStatusCode.Accepted,
            "the ring is full");
        var refusal = await Refusal.ReadAsync(refused!);
        var old = await SigningKeyAsync();
        await RotateAsync(new { emergency = true, reason = "clear out" });
        await CompletedAsync(old);

        Assert.Equal((409, "conflict"), (refusal.Code, refusal.Type));
        Assert.Contains("32 keys whose tokens are still valid", refusal.Detail, StringComparison.Ordinal);
        Assert.Single((await _service.GetAsync("/v1/keys")).GetProperty("keys").EnumerateArray());
    }

    [Fact]
    public async Task Status_RotationComplete_IsReadyAndShowsNone()
    {
        var old = await SigningKeyAsync();
        await RotateAsync(new { reason = "test" });
        await CompletedAsync(old);

        var status = await _service.GetAsync("/v1/status");
        var ready = JsonElement.Parse(await _service.Anonymous.GetStringAsync("/health/ready"));

        Assert.Equal(JsonValueKind.Null, status.GetProperty("rotation").ValueKind);
        Assert.Equal(JsonValueKind.Null, ready.GetProperty("rotation").ValueKind);
        Assert.Contains("key-ring", ready.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("name").GetString()));
        Assert.Equal(2, status.GetProperty("keys").GetInt32());
    }

    /// <summary>Everything that can be read or is written down during rotations, searched for every secret there was.</summary>
    [Fact]
    public async Task Rotate_EveryKind_NoSecretInAnswersLogsAndFiles()
    {
        var keys = _service.Services.GetRequiredService<IKeyStore>();
        List<byte[]> secrets = [await File.ReadAllBytesAsync(Path.Combine(_service.Folder, "seal.key"))];
        List<string> told = [];
        Remember();
        foreach (var emergency in new[] { false, true, false })
        {
            var old = await SigningKeyAsync();
            told.Add(await (await _service.Admin.PostAsJsonAsync("/v1/keys/rotate", new { emergency, reason = "test" })).Content.ReadAsStringAsync());
            Remember();
            await CompletedAsync(old);
            Remember();
            foreach (var path in new[] { "/v1/keys", "/v1/status", "/health/ready", "/", "/v1/keys/cloudfront", "/v1/logs/malformed", "/v1/api-keys" })
                told.Add(await _service.Admin.GetStringAsync(path));
        }
        told.Add(await (await _service.Admin.PostAsJsonAsync("/v1/keys/rotate", new { reason = "" })).Content.ReadAsStringAsync());
        told.Add(await (await _service.Admin.DeleteAsync($"/v1/keys/{await SigningKeyAsync()}")).Content.ReadAsStringAsync());
        told.Add(_service.Log.Text);
        told.Add(Environment.CommandLine);
        foreach (var file in Directory.EnumerateFiles(_service.Folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is not ("seal.key" or "lock")))
            told.Add(await ReadSharedAsync(file));

        Assert.Equal(9, secrets.DistinctBy(Convert.ToHexString).Count());
        var all = string.Join('\n', told);
        Assert.Contains(await SigningKeyAsync(), all, StringComparison.Ordinal);
        Assert.Contains("Emergency rotation to key", _service.Log.Text, StringComparison.Ordinal);
        foreach (var form in secrets.SelectMany(FormsOf))
            Assert.DoesNotContain(form, all, StringComparison.Ordinal);

        void Remember()
        {
            foreach (var key in keys.Current.Keys)
            {
                var (sign, bind) = key.ExportSecrets();
                secrets.AddRange(new[] { sign, bind }.Where(secret => !secrets.Exists(known => known.AsSpan().SequenceEqual(secret))));
            }
        }
    }

    /// <summary>Every form in which a secret could be written, without its last characters, which depend on what follows.</summary>
    private static IEnumerable<string> FormsOf(byte[] secret) =>
    [
        Convert.ToBase64String(secret)[..40], Base64Url.EncodeToString(secret)[..40], Convert.ToHexString(secret), Convert.ToHexStringLower(secret),
        BitConverter.ToString(secret), string.Join(',', secret), Latin1(secret),
    ];

    private static string Latin1(byte[] bytes) => System.Text.Encoding.Latin1.GetString(bytes);

    private static async Task<string> ReadSharedAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        await file.CopyToAsync(copy);
        return Latin1(copy.ToArray());
    }

    private static string HeaderOf(Ticket ticket) => ticket.Segment.Split('.')[1];

    /// <summary>The rotation that an answer speaks of: on one machine it may be complete before the answer is written.</summary>
    private static JsonElement RotationOf(JsonElement answer) =>
        answer.GetProperty("rotation") is { ValueKind: JsonValueKind.Object } under ? under : answer.GetProperty("lastRotation");

    private async Task<JsonElement> RotateAsync(object request)
    {
        var response = await _service.Admin.PostAsJsonAsync("/v1/keys/rotate", request);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<string> SigningKeyAsync()
    {
        string? keyId = null;
        await Eventually.TrueAsync(async () => (keyId = (await _service.GetAsync("/v1/status")).GetProperty("signingKey").GetString()) is not null, "a key signs");
        return keyId!;
    }

    private Task CompletedAsync(string old) => Eventually.TrueAsync(
        async () =>
        {
            var status = await _service.GetAsync("/v1/status");
            return status.GetProperty("rotation").ValueKind == JsonValueKind.Null && status.GetProperty("signingKey").GetString() is { } signing && signing != old;
        },
        "the rotation is complete");
}
