using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Portcullis.Api.Tests.Service;
using Portcullis.Tokens.V1;

namespace Portcullis.Api.Tests;

/// <summary>Assets of format v1: minted as SMDE would, followed, revoked, and never renewed.</summary>
public sealed class V1AssetTests : IAsyncLifetime
{
    private const string KeyId = "20241104_0123456789abcdef0123", Live = "/live/sample/master.m3u8";

    private static readonly string Secret = string.Concat(Enumerable.Repeat("5ec4e7a1", 16));
    private static readonly Dictionary<string, string> SmdesKeys = new() { [KeyId] = Secret };

    private RunningService _service = null!;

    public async Task InitializeAsync()
    {
        _service = await RunningService.StartAsync();
        await Eventually.TrueAsync(async () => (await _service.Anonymous.GetAsync("/health/ready")).IsSuccessStatusCode, "the service is ready");
        await _service.Admin.DeleteAsync("/v1/assets/sample-live");
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("path")]
    [InlineData("query")]
    public async Task Mint_V1Asset_PlaysIsFollowedAndRevoked(string carriage)
    {
        await ImportKeyAsync();
        await PutAsync(new { format = "v1", path = Live, policy = new { carriage }, v1Policy = Policy() });
        var ticket = await _service.MintAsync("old");
        using var player = new Player(ticket.PlaybackUrl);
        await Eventually.TrueAsync(async () => await player.OpenAsync() == HttpStatusCode.OK, "the v1 token plays");
        await Eventually.TrueAsync(async () => await _service.SessionAsync(ticket.Sid) is not null, "the session is followed");

        await _service.RevokeAsync(new { sid = ticket.Sid, reason = "test" });
        await Eventually.TrueAsync(async () => await player.OpenAsync() == HttpStatusCode.Forbidden, "the session is blocked");

        Assert.Matches("^[A-Za-z0-9]{14}$", ticket.Sid);
        Assert.Null(ticket.RenewAt);
        Assert.InRange(ticket.ExpiresAt, DateTimeOffset.UtcNow.AddHours(47), DateTimeOffset.UtcNow.AddHours(49));
        Assert.Equal(carriage == "query", ticket.PlaybackUrl.Query.StartsWith($"?pt={ticket.Sid}.", StringComparison.Ordinal));
        Assert.Equal("old", (await _service.SessionAsync(ticket.Sid))!.Value.GetProperty("asset").GetString());
    }

    [Fact]
    public async Task Mint_V1Asset_IsAdmittedBySmdesEdgeToo()
    {
        await ImportKeyAsync();
        await PutAsync(new { format = "v1", path = "/live/sample/a (b)=@:/mäster.m3u8", v1Policy = Policy(new { paths = new[] { "/live/sample/a%20(b)=@:/" }, ip = true, co = true, headers = new[] { "user-agent" } }) });

        var ticket = await _service.MintAsync("old", viewer: new { ip = "203.0.113.7", country = "DE", headers = new Dictionary<string, string> { ["User-Agent"] = "player" } });

        var url = ticket.PlaybackUrl.AbsoluteUri[(_service.EdgeUrl.AbsoluteUri.Length - 1)..];
        Assert.EndsWith("/live/sample/a%20(b)=@:/m%C3%A4ster.m3u8", url, StringComparison.Ordinal);
        Assert.True(SmdeEdge.Admits(Request("DE", "player"), SmdesKeys, Now));
        Assert.False(SmdeEdge.Admits(Request("FR", "player"), SmdesKeys, Now));
        Assert.False(SmdeEdge.Admits(Request("DE", "other"), SmdesKeys, Now));

        SmdeRequest Request(string country, string agent) =>
            new(url, "203.0.113.7", new Dictionary<string, string> { ["cloudfront-viewer-country"] = country, ["user-agent"] = agent }, new Dictionary<string, string>());
    }

    [Fact]
    public async Task Mint_WithoutV1SigningKey_NoSigningKey()
    {
        await PutAsync(new { format = "v1", path = Live, v1Policy = Policy() });
        var without = await RefusedAsync("/v1/tokens", new { asset = "old" });
        await ImportKeyAsync(signing: false);
        var verifying = await RefusedAsync("/v1/tokens", new { asset = "old" });

        foreach (var refusal in new[] { without, verifying })
        {
            Assert.Equal((503, "no-signing-key"), (refusal.Code, refusal.Type));
            Assert.Contains("v1", refusal.Detail, StringComparison.Ordinal);
        }
        Assert.NotEmpty((await _service.MintAsync("sample-vod")).Sid);
    }

    [Fact]
    public async Task Mint_WithoutSsn_NamesNoSession()
    {
        await ImportKeyAsync();
        await PutAsync(new { format = "v1", path = Live, v1Policy = Policy(new { ssn = false }) });

        var ticket = await _service.MintAsync("old");
        using var player = new Player(ticket.PlaybackUrl);

        Assert.Null(ticket.Sid);
        Assert.Equal(3, ticket.Segment.Split('.').Length);
        await Eventually.TrueAsync(async () => await player.OpenAsync() == HttpStatusCode.OK, "the v1 token plays");
    }

    /// <summary>A v1 sid is not always bound to its token, so no account may be read from it; a blocked account is refused all the same.</summary>
    [Fact]
    public async Task Mint_WithAccount_HasNoTagAndIsRefusedWhenBlocked()
    {
        await ImportKeyAsync();
        await PutAsync(new { format = "v1", path = Live, v1Policy = Policy() });
        var tag = (await _service.MintAsync("sample-vod", account: "customer-1")).Sid[..10];

        var before = await _service.MintAsync("old", account: "customer-1");
        await _service.RevokeAsync(new { accountTag = tag, reason = "test" });
        var refusal = await RefusedAsync("/v1/tokens", new { asset = "old", account = "customer-1" });

        Assert.DoesNotContain('_', before.Sid);
        Assert.Equal((403, "revoked"), (refusal.Code, refusal.Type));
    }

    [Fact]
    public async Task Mint_ViewerWithoutBoundAttribute_NamesIt()
    {
        await ImportKeyAsync();
        await PutAsync(new { format = "v1", path = Live, v1Policy = Policy(new { ip = true, co = true, co_fallback = true }) });

        Assert.Equal(["viewer.ip"], (await RefusedAsync("/v1/tokens", new { asset = "old", viewer = new { country = "DE" } })).Errors.Keys);
    }

    [Fact]
    public async Task Mint_FixedEndInThePast_IsRefused()
    {
        await ImportKeyAsync();
        await PutAsync(new { format = "v1", path = Live, v1Policy = Policy(new { exp = "1658318784" }) });

        var refusal = await RefusedAsync("/v1/tokens", new { asset = "old" });

        Assert.Equal(400, refusal.Code);
        Assert.Contains("in the past", refusal.Errors["asset"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renew_V1TokenOrAsset_NotRenewable()
    {
        await ImportKeyAsync();
        await PutAsync(new { path = Live });
        var v2 = await _service.MintAsync("old");
        await PutAsync(new { format = "v1", path = Live, v1Policy = Policy() });
        var v1 = await _service.MintAsync("old");
        await PutAsync(new { format = "v1", path = Live, policy = new { carriage = "query" }, v1Policy = Policy() });
        var inQuery = await _service.MintAsync("old");
        string[] urls = [v1.PlaybackUrl.AbsoluteUri, v1.PlaybackUrl.AbsolutePath, inQuery.PlaybackUrl.AbsoluteUri, v2.PlaybackUrl.AbsoluteUri];

        foreach (var playbackUrl in urls)
        {
            var refusal = await RefusedAsync("/v1/tokens/renew", new { playbackUrl });

            Assert.Equal((409, "not-renewable"), (refusal.Code, refusal.Type));
            Assert.DoesNotContain(v1.Signature, refusal.Detail, StringComparison.Ordinal);
        }
        var forged = await RefusedAsync("/v1/tokens/renew", new { playbackUrl = v1.PlaybackUrl.AbsoluteUri.Replace(v1.Signature, v2.Signature, StringComparison.Ordinal) });
        Assert.Equal((400, "invalid-request"), (forged.Code, forged.Type));
    }

    /// <summary>v1 tokens may live longer than ours: nobody is un-blocked before they end, also after the asset has moved on.</summary>
    [Fact]
    public async Task Revoke_WhileV1TokensAreOut_LastsAsLongAsTheyDo()
    {
        var day = await UntilAsync("before");
        await PutAsync(new { format = "v1", path = Live, v1Policy = Policy() });
        var withoutKey = await UntilAsync("without-key");
        await ImportKeyAsync(signing: false);
        var twoDays = await UntilAsync("with-key");
        await PutAsync(new { format = "v2", path = Live, v1Policy = Policy() });
        var movedOn = await UntilAsync("moved-on");

        Assert.InRange(day, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24.1));
        Assert.InRange(withoutKey, TimeSpan.FromHours(23.9), TimeSpan.FromHours(24.1));
        Assert.InRange(twoDays, TimeSpan.FromHours(47.9), TimeSpan.FromHours(48.1));
        Assert.InRange(movedOn, TimeSpan.FromHours(47.9), TimeSpan.FromHours(48.1));
    }

    [Fact]
    public async Task SharedToken_OfSmdesLibrary_IsRevokedForAsLongAsItLives()
    {
        await ImportKeyAsync();
        await PutAsync(new { format = "v1", path = Live, v1Policy = Policy() });
        const string Sid = "cKyrFyOVnjza";
        var url = new Uri(_service.EdgeUrl, $"/{SmdeLibrary.Mint(new SmdePolicy { Paths = ["/live/sample/"], Exp = "+48h", Ssn = true }, Tokens.Viewer.Unknown, Sid, KeyId, Secret, Now - 60)}{Live}");
        using var first = new Player(url, "198.51.100.10");
        using var second = new Player(url, "203.0.113.47");
        await Eventually.TrueAsync(async () => await first.OpenAsync() == HttpStatusCode.OK, "SMDE's token plays");

        await Eventually.TrueAsync(
            async () =>
            {
                HttpStatusCode[] statuses = [await first.PlayOnAsync(), await second.PlayOnAsync()];
                return statuses.Contains(HttpStatusCode.Forbidden);
            },
            "the shared session is blocked");
        var decision = (await _service.GetAsync($"/v1/revocations?sid={Sid}")).GetProperty("revocations")[0];

        Assert.Equal(("auto", "old"), (decision.GetProperty("source").GetString(), decision.GetProperty("asset").GetString()));
        Assert.True(decision.GetProperty("until").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddHours(47));
    }

    [Fact]
    public async Task Put_WhatGetAnswered_ChangesNothing()
    {
        await PutAsync(new { format = "v1", host = "https://media.example.com", path = Live, v1Policy = Policy(new { nbf = 1_645_000_000, reg = true, reg_fallback = true, cty = true, cty_fallback = true, co = true, co_fallback = true, querystrings = new[] { "Device" }, exc = new[] { "/ads/" } }), arming = "shadow" });
        var got = await _service.Operator.GetStringAsync("/v1/assets/old");

        using var body = new StringContent(got, null, "application/json");
        var again = await _service.Admin.PutAsync("/v1/assets/old", body);

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(got, await again.Content.ReadAsStringAsync());
        Assert.Contains("""
            "v1Policy":{"paths":["/live/sample/"],"exc":["/ads/"],"exp":"+48h","nbf":1645000000,"ssn":true,"session_auto_generate":14,"ip":false,"co":true,"co_fallback":true,"reg":true,"reg_fallback":true,"cty":true,"cty_fallback":true,"headers":[],"querystrings":["Device"]}
            """, got, StringComparison.Ordinal);
    }

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>SMDE's policy for the sample channel, with other or further fields.</summary>
    private static Dictionary<string, object> Policy(object? fields = null)
    {
        var policy = new Dictionary<string, object> { ["paths"] = new[] { "/live/sample/" }, ["exp"] = "+48h", ["ssn"] = true, ["session_auto_generate"] = 14 };
        foreach (var field in fields is null ? default : JsonSerializer.SerializeToElement(fields).EnumerateObject())
            policy[field.Name] = field.Value;
        return policy;
    }

    private async Task<TimeSpan> UntilAsync(string sid) =>
        (await _service.RevokeAsync(new { sid, reason = "test" })).GetProperty("until").GetDateTimeOffset() - DateTimeOffset.UtcNow;

    private async Task ImportKeyAsync(bool signing = true) =>
        (await _service.Admin.PostAsJsonAsync("/v1/keys/import", new { format = "v1", keyId = KeyId, secret = Secret, signing })).EnsureSuccessStatusCode();

    private async Task PutAsync(object asset)
    {
        var response = await _service.Admin.PutAsJsonAsync("/v1/assets/old", asset);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<Refusal> RefusedAsync(string path, object request) => await Refusal.ReadAsync(await _service.Issuer.PostAsJsonAsync(path, request));
}
