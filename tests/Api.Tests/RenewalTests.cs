using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Portcullis.Api.Tests.Service;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Tokens;

namespace Portcullis.Api.Tests;

[Collection(ServiceTests.Name)]
public sealed class RenewalTests(SharedService shared)
{
    private static readonly TokenPolicy Policy = new() { Lifetime = 3_600, Paths = ["/live/sample/"] };

    private readonly RunningService _service = shared.Service;

    [Theory]
    [InlineData("")]
    [InlineData("?_HLS_msn=3&x=/y")]
    [InlineData("#t=10")]
    public async Task Renew_RunningSession_KeepsSidAndPlays(string behind)
    {
        var ticket = await _service.MintAsync(account: "renewing");

        var renewed = await RenewAsync(ticket.PlaybackUrl + behind);
        using var player = new Player(renewed.PlaybackUrl);

        Assert.Equal(ticket.Sid, renewed.Sid);
        Assert.Equal(HttpStatusCode.OK, await player.OpenAsync());
    }

    [Fact]
    public async Task Renew_PathAlone_IsEnough()
    {
        var ticket = await _service.MintAsync();

        Assert.Equal(ticket.Sid, (await RenewAsync(ticket.PlaybackUrl.AbsolutePath)).Sid);
    }

    /// <summary>A device that slept through the end of its token goes on with its session, until that has lasted its longest.</summary>
    [Fact]
    public async Task Renew_ExpiredToken_KeepsSid()
    {
        var path = Crafted(minted: Now - 7_200);

        Assert.StartsWith("crafted_", (await RenewAsync(path)).Sid, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renew_SessionAtItsLongest_NamesPlaybackUrl()
    {
        var path = Crafted(minted: Now - 60, sessionStart: Now - 43_200);

        var refusal = await RefusedAsync(path);

        Assert.Equal(400, refusal.Code);
        Assert.Equal(["playbackUrl"], refusal.Errors.Keys);
        Assert.Contains("43200 s", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Renew_SessionNearItsLongest_EndsWithIt()
    {
        var start = Now - 43_000;

        Assert.Equal(start + 43_200, (await RenewAsync(Crafted(minted: Now - 60, sessionStart: start))).ExpiresAt.ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("sid")]
    [InlineData("account")]
    public async Task Renew_Revoked_ForbiddenWithReference(string subject)
    {
        var ticket = await _service.MintAsync(account: $"revoked-{subject}");
        await _service.RevokeAsync(subject == "sid" ? new { sid = ticket.Sid, reason = "test" } : (object)new { accountTag = ticket.Sid[..10], reason = "test" });

        var refusal = await RefusedAsync(ticket.PlaybackUrl.ToString());

        Assert.Equal((403, "revoked"), (refusal.Code, refusal.Type));
        Assert.Contains(ticket.Sid[^8..], refusal.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(ticket.Signature, refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mint_RevokedAccount_Forbidden()
    {
        var ticket = await _service.MintAsync(account: "blocked-at-mint");
        await _service.RevokeAsync(new { accountTag = ticket.Sid[..10], reason = "test" });

        var refusal = await Refusal.ReadAsync(await _service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "sample-live", account = "blocked-at-mint" }));

        Assert.Equal((403, "revoked"), (refusal.Code, refusal.Type));
    }

    [Fact]
    public async Task Renew_ForeignOrTamperedToken_Refused()
    {
        var ticket = await _service.MintAsync();
        var other = await _service.MintAsync();
        var signing = _service.Services.GetRequiredService<IKeyStore>().Current.Signing!;
        var path = ticket.PlaybackUrl.AbsolutePath;
        var parts = ticket.Segment.Split('.');
        string[] paths =
        [
            Crafted(minted: Now, key: SigningKey.Draw(signing.KeyId)),
            Crafted(minted: Now, key: SigningKey.Draw("foreign")),
            path.Replace(ticket.Sid, other.Sid, StringComparison.Ordinal),
            path.Replace(parts[2], parts[2][..^1] + (parts[2][^1] == 'A' ? 'B' : 'A'), StringComparison.Ordinal),
            path.Replace(ticket.Signature, other.Signature, StringComparison.Ordinal),
            "/live/sample/master.m3u8",
            "/a.b.c.d/live/sample/master.m3u8",
            "/",
            "nonsense",
            "",
        ];

        foreach (var tampered in paths)
        {
            var refusal = await RefusedAsync(tampered);

            Assert.Equal((400, "playbackUrl"), (refusal.Code, Assert.Single(refusal.Errors.Keys)));
            Assert.DoesNotContain(ticket.Signature, refusal.Detail, StringComparison.Ordinal);
        }
    }

    /// <summary>The URL comes from the player: a token for one title must not renew into a token for another.</summary>
    [Theory]
    [InlineData("/vod/sample/master.m3u8")]
    [InlineData("/live/sample/../../vod/sample/master.m3u8")]
    [InlineData("/live/sample/%2e%2e/%2e%2e/vod/sample/master.m3u8")]
    [InlineData("/live/samples/master.m3u8")]
    [InlineData("/live/sample%2Fmaster.m3u8")]
    public async Task Renew_PathOfAnotherAsset_Refused(string other)
    {
        var ticket = await _service.MintAsync("sample-live");

        var refusal = await RefusedAsync($"/{ticket.Segment}{other}");

        Assert.Equal((400, "playbackUrl"), (refusal.Code, Assert.Single(refusal.Errors.Keys)));
    }

    [Fact]
    public async Task Renew_PathWithEscapes_FindsItsAsset()
    {
        var put = await _service.Admin.PutAsJsonAsync("/v1/assets/spaced", new { path = "/vod/Großes Spiel/master.m3u8" });
        put.EnsureSuccessStatusCode();
        var ticket = await _service.MintAsync("spaced");

        var renewed = await RenewAsync(ticket.PlaybackUrl.AbsoluteUri);
        await _service.Admin.DeleteAsync("/v1/assets/spaced");
        var gone = await RefusedAsync(ticket.PlaybackUrl.AbsoluteUri);

        Assert.Equal(ticket.Sid, renewed.Sid);
        Assert.Contains("Gro%C3%9Fes%20Spiel", renewed.PlaybackUrl.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(404, gone.Code);
    }

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>The path of a playback URL as the service could have minted it in the past.</summary>
    private string Crafted(long minted, long? sessionStart = null, SigningKey? key = null)
    {
        key ??= _service.Services.GetRequiredService<IKeyStore>().Current.Signing!;
        return TokenMint.Mint(Policy, Viewer.Unknown, $"crafted_{Guid.NewGuid():N}", key, minted, sessionStart).Token!.PathTo("/live/sample/master.m3u8");
    }

    private async Task<Ticket> RenewAsync(string playbackUrl)
    {
        var response = await _service.Issuer.PostAsJsonAsync("/v1/tokens/renew", new { playbackUrl });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<Ticket>(JsonSerializerOptions.Web))!;
    }

    private async Task<Refusal> RefusedAsync(string playbackUrl) => await Refusal.ReadAsync(await _service.Issuer.PostAsJsonAsync("/v1/tokens/renew", new { playbackUrl }));
}
