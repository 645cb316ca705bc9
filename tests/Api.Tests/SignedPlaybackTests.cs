using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Portcullis.Api.Tests.Service;
using Portcullis.Engine;
using Portcullis.Tokens.Signed;

namespace Portcullis.Api.Tests;

/// <summary>Signed URLs and signed cookies, from the asset to the player and back.</summary>
public sealed class SignedPlaybackTests : IAsyncLifetime
{
    private const string Live = "/live/sample/master.m3u8", Vod = "/vod/sample/master.m3u8";

    private RunningService _service = null!;

    public async Task InitializeAsync()
    {
        _service = await RunningService.StartAsync();
        await Eventually.TrueAsync(async () => (await _service.Anonymous.GetAsync("/health/ready")).IsSuccessStatusCode, "the service is ready");
        // The sample's own assets have the same paths.
        foreach (var id in new[] { "sample-live", "sample-vod" })
            (await _service.Admin.DeleteAsync($"/v1/assets/{id}")).EnsureSuccessStatusCode();
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData(Vod, "signedCookie", "sha1")]
    [InlineData(Live, "signedCookie", "sha256")]
    [InlineData(Vod, "signedUrl", "sha256")]
    [InlineData(Live, "signedUrl", "sha1")]
    public async Task Mint_SignedAsset_PlaysMasterPlaylistAndSegment(string path, string carriage, string hash)
    {
        await PutAsync(path, new { carriage, signed = new { hash }, bind = new { ip = true } });
        var ticket = await MintAsync(new { asset = "signed", account = "customer-1", viewer = new { ip = "203.0.113.7" } });
        using var player = new SignedPlayer(ticket, "203.0.113.7");
        using var elsewhere = new SignedPlayer(ticket, "203.0.113.8");

        await player.UntilServedAsync();
        Assert.Equal(HttpStatusCode.OK, await player.PlayOnAsync());
        Assert.Equal(HttpStatusCode.OK, await player.PlayOnAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await elsewhere.GetAsync(ticket.PlaybackUrl));
        Assert.StartsWith($"{_service.EdgeUrl}{ticket.Sid}{path}", ticket.PlaybackUrl.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains('_', ticket.Sid);
        Assert.Equal(carriage == "signedUrl", ticket.PlaybackUrl.Query.Contains("Signature=", StringComparison.Ordinal));
        Assert.Equal(carriage == "signedUrl" ? 0 : hash == "sha256" ? 4 : 3, ticket.Cookies?.Count ?? 0);
        Assert.Equal(ticket.Cookies?.Count, ticket.SetCookie?.Count);
    }

    [Fact]
    public async Task Mint_SignedCookies_DescribesThemInWordsAndHeaders()
    {
        await PutAsync(Vod, new { carriage = "signedCookie", lifetime = 600 });

        var response = await _service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "signed" });
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        var sid = body.GetProperty("sid").GetString();
        var cookie = body.GetProperty("cookies")[2];

        Assert.Equal("CloudFront-Key-Pair-Id", cookie.GetProperty("name").GetString());
        Assert.Equal(($"/{sid}/", true, true, "None"), (cookie.GetProperty("path").GetString(), cookie.GetProperty("secure").GetBoolean(), cookie.GetProperty("httpOnly").GetBoolean(), cookie.GetProperty("sameSite").GetString()));
        Assert.Equal(body.GetProperty("expiresAt").GetDateTimeOffset(), cookie.GetProperty("expires").GetDateTimeOffset());
        Assert.False(cookie.TryGetProperty("domain", out _));
        Assert.Matches($"^CloudFront-Key-Pair-Id=K[A-Z0-9]{{13}}; Path=/{sid}/; Expires=[^;]+; Secure; HttpOnly; SameSite=None$", body.GetProperty("setCookie")[2].GetString());
    }

    [Fact]
    public async Task Mint_QueryCarriage_HasTheTokenInTheQueryAndRenews()
    {
        await PutAsync(Vod, new { carriage = "query" });
        var ticket = await MintAsync(new { asset = "signed" });
        using var player = new SignedPlayer(ticket, "203.0.113.7");

        Assert.StartsWith($"{_service.EdgeUrl}vod/sample/master.m3u8?pt={ticket.Sid}.", ticket.PlaybackUrl.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await player.GetAsync(ticket.PlaybackUrl));
        Assert.Equal(ticket.Sid, (await RenewAsync(new { playbackUrl = ticket.PlaybackUrl })).Sid);
    }

    [Fact]
    public async Task Play_TamperedOrExpired_IsRefused()
    {
        await PutAsync(Vod, new { carriage = "signedUrl", lifetime = 10 });
        var ticket = await MintAsync(new { asset = "signed" });
        var other = await MintAsync(new { asset = "signed" });
        using var player = new SignedPlayer(ticket, "203.0.113.7");
        await player.UntilServedAsync();
        var url = ticket.PlaybackUrl.AbsoluteUri;

        Assert.Equal(HttpStatusCode.Unauthorized, await player.GetAsync(new Uri(url.Replace("Signature=", "Signature=AAAA", StringComparison.Ordinal))));
        Assert.Equal(HttpStatusCode.Forbidden, await player.GetAsync(new Uri(url.Replace(ticket.Sid, other.Sid, StringComparison.Ordinal))));
        Assert.Equal(HttpStatusCode.Forbidden, await player.GetAsync(new Uri(url.Replace("/vod/", "/live/", StringComparison.Ordinal))));
        Assert.Equal(HttpStatusCode.Unauthorized, await player.GetAsync(new Uri(url.Split('?')[0])));
        await Eventually.TrueAsync(async () => await player.GetAsync(ticket.PlaybackUrl) == HttpStatusCode.Unauthorized, "the signed URL has expired");
    }

    [Theory]
    [InlineData("signedUrl")]
    [InlineData("signedCookie")]
    public async Task Renew_SignedForm_KeepsSidAndPlays(string carriage)
    {
        await PutAsync(Live, new { carriage });
        var ticket = await MintAsync(new { asset = "signed" });
        var cookies = ticket.Cookies is null ? null : Jar(ticket);

        var renewed = await RenewAsync(new { playbackUrl = ticket.PlaybackUrl, cookies });
        var byPath = await RenewAsync(new { playbackUrl = ticket.PlaybackUrl.PathAndQuery, cookies });
        using var player = new SignedPlayer(renewed, "203.0.113.7");

        await player.UntilServedAsync();
        Assert.Equal((ticket.Sid, ticket.Sid), (renewed.Sid, byPath.Sid));
    }

    /// <summary>The start of a session is under the signature: renewals end when the session has lasted its longest.</summary>
    [Fact]
    public async Task Renew_ExpiredPolicyOfAnOldSession_EndsWithTheSession()
    {
        await PutAsync(Live, new { carriage = "signedUrl", lifetime = 600, maxSession = 600 });
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        var renewed = await RenewAsync(new { playbackUrl = Crafted(started: now - 300) });
        var tooOld = await Refusal.ReadAsync(await _service.Issuer.PostAsJsonAsync("/v1/tokens/renew", new { playbackUrl = Crafted(started: now - 600) }));
        var again = await RenewAsync(new { playbackUrl = renewed.PlaybackUrl });

        Assert.Equal((now + 300, now + 300), (renewed.ExpiresAt.ToUnixTimeSeconds(), again.ExpiresAt.ToUnixTimeSeconds()));
        Assert.Equal((400, "playbackUrl"), (tooOld.Code, Assert.Single(tooOld.Errors.Keys)));
        Assert.Contains("600 s", tooOld.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renew_WithoutOrWithAnothersSignature_IsRefused()
    {
        await PutAsync(Vod, new { carriage = "signedCookie" });
        var ticket = await MintAsync(new { asset = "signed" });
        var other = await MintAsync(new { asset = "signed" });
        object[] requests =
        [
            new { playbackUrl = ticket.PlaybackUrl },
            new { playbackUrl = ticket.PlaybackUrl, cookies = Jar(other) },
            new { playbackUrl = ticket.PlaybackUrl, cookies = Jar(ticket).Where(cookie => cookie.Key != "CloudFront-Signature").ToDictionary() },
            new { playbackUrl = ticket.PlaybackUrl.AbsoluteUri.Replace("/vod/", "/live/", StringComparison.Ordinal), cookies = Jar(ticket) },
            new { playbackUrl = $"https://other.example{ticket.PlaybackUrl.AbsolutePath}", cookies = Jar(ticket) },
        ];

        foreach (var request in requests)
        {
            var refusal = await Refusal.ReadAsync(await _service.Issuer.PostAsJsonAsync("/v1/tokens/renew", request));

            Assert.Equal((400, "playbackUrl"), (refusal.Code, Assert.Single(refusal.Errors.Keys)));
        }
    }

    [Fact]
    public async Task Revoke_SignedSession_ClosesTheEdgeAndTheRenewal()
    {
        await PutAsync(Live, new { carriage = "signedCookie" });
        var ticket = await MintAsync(new { asset = "signed" });
        using var player = new SignedPlayer(ticket, "203.0.113.7");
        await player.UntilServedAsync();

        await _service.RevokeAsync(new { sid = ticket.Sid, reason = "test" });
        await Eventually.TrueAsync(async () => await player.GetAsync(ticket.PlaybackUrl) == HttpStatusCode.Forbidden, "the session is blocked");
        var refusal = await Refusal.ReadAsync(await _service.Issuer.PostAsJsonAsync("/v1/tokens/renew", new { playbackUrl = ticket.PlaybackUrl, cookies = Jar(ticket) }));

        Assert.Equal((403, "revoked"), (refusal.Code, refusal.Type));
    }

    [Fact]
    public async Task SharedCookies_ThreeViewers_AreRevokedWithTheirAsset()
    {
        await PutAsync(Live, new { carriage = "signedCookie" });
        var ticket = await MintAsync(new { asset = "signed" });
        using var first = new SignedPlayer(ticket, "198.51.100.10");
        using var second = new SignedPlayer(ticket, "203.0.113.47");
        using var third = new SignedPlayer(ticket, "192.0.2.99");
        await first.UntilServedAsync();

        await Eventually.TrueAsync(
            async () =>
            {
                HttpStatusCode[] statuses = [await first.PlayOnAsync(), await second.PlayOnAsync(), await third.PlayOnAsync()];
                return statuses.Contains(HttpStatusCode.Forbidden);
            },
            "the shared session is blocked");
        var session = (await _service.SessionAsync(ticket.Sid))!.Value;

        Assert.Equal(("revoke", "signed"), (session.GetProperty("action").GetString(), session.GetProperty("asset").GetString()));
    }

    [Fact]
    public async Task Mint_BoundToAnAddressThatCannotBeBound_NamesIt()
    {
        await PutAsync(Vod, new { carriage = "signedUrl", bind = new { ip = true } });

        foreach (var ip in new[] { null, "2001:db8::1" })
        {
            var refusal = await Refusal.ReadAsync(await _service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "signed", viewer = new { ip } }));

            Assert.Equal((400, "viewer.ip"), (refusal.Code, Assert.Single(refusal.Errors.Keys)));
        }
    }

    [Fact]
    public async Task Keys_CloudFront_IsTheOneThatSigns()
    {
        var key = await _service.GetAsync("/v1/keys/cloudfront");
        await PutAsync(Vod, new { carriage = "signedUrl" });
        var ticket = await MintAsync(new { asset = "signed" });

        Assert.Equal("rsa2048", key.GetProperty("kind").GetString());
        Assert.StartsWith("-----BEGIN PUBLIC KEY-----\n", key.GetProperty("publicKey").GetString(), StringComparison.Ordinal);
        Assert.Contains($"Key-Pair-Id={key.GetProperty("keyPairId").GetString()}", ticket.PlaybackUrl.Query, StringComparison.Ordinal);
    }

    /// <summary>An expired signed URL as the service could have made it in the past.</summary>
    private string Crafted(long started)
    {
        var pair = _service.Services.GetRequiredService<IKeyStore>().SigningPair!;
        var url = $"{_service.EdgeUrl}aB3dE6gH9jK2mN5p{Live}";
        return CloudFrontSigner.SignUrl(url, new CloudFrontPolicy { Resource = url.Replace("master.m3u8", "*", StringComparison.Ordinal), DateLessThan = started + 60, DateGreaterThan = started - SignedSession.StartLeeway }, pair);
    }

    private static Dictionary<string, string> Jar(SignedTicket ticket) => ticket.Cookies!.ToDictionary(cookie => cookie.Name, cookie => cookie.Value);

    private async Task PutAsync(string path, object policy)
    {
        var response = await _service.Admin.PutAsJsonAsync("/v1/assets/signed", new { path, policy });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private Task<SignedTicket> MintAsync(object request) => PostAsync("/v1/tokens", request);

    private Task<SignedTicket> RenewAsync(object request) => PostAsync("/v1/tokens/renew", request);

    private async Task<SignedTicket> PostAsync(string path, object request)
    {
        var response = await _service.Issuer.PostAsJsonAsync(path, request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<SignedTicket>(JsonSerializerOptions.Web))!;
    }
}
