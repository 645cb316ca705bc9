using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Portcullis.Api.Tests.Service;

namespace Portcullis.Api.Tests;

[Collection(ServiceTests.Name)]
public sealed class TokenTests(SharedService shared)
{
    private readonly RunningService _service = shared.Service;

    [Fact]
    public async Task Mint_SampleAsset_PlaysThroughTheEdge()
    {
        var ticket = await _service.MintAsync();
        using var player = new Player(ticket.PlaybackUrl);

        Assert.Equal(HttpStatusCode.OK, await player.OpenAsync());
        Assert.Equal(HttpStatusCode.OK, await player.PlayOnAsync());
        Assert.StartsWith(_service.EdgeUrl.ToString(), ticket.PlaybackUrl.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(ticket.Sid + ".", ticket.Segment, StringComparison.Ordinal);
        Assert.InRange(ticket.ExpiresAt - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(3_500), TimeSpan.FromSeconds(3_601));
        Assert.InRange(ticket.RenewAt!.Value, DateTimeOffset.UtcNow, ticket.ExpiresAt.AddSeconds(-60));
    }

    [Fact]
    public async Task Mint_UnknownAsset_NotFoundByName()
    {
        var refusal = await RefusedAsync(new { asset = "no-such-title" });

        Assert.Equal((404, "not-found"), (refusal.Code, refusal.Type));
        Assert.Contains("no-such-title", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mint_TextThatIsNoAssetId_IsNotRepeated()
    {
        var ticket = await _service.MintAsync();

        var refusal = await RefusedAsync(new { asset = ticket.PlaybackUrl });

        Assert.Equal(404, refusal.Code);
        Assert.DoesNotContain(ticket.Sid, refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mint_Account_TagsItsSidsAlike()
    {
        var sids = new[] { await _service.MintAsync(account: "customer-1"), await _service.MintAsync(account: "customer-1"), await _service.MintAsync(account: "customer-2") }
            .Select(ticket => ticket.Sid.Split('_')).ToList();

        Assert.All(sids, sid => Assert.Equal((10, 16), (sid[0].Length, sid[1].Length)));
        Assert.Equal(sids[0][0], sids[1][0]);
        Assert.NotEqual(sids[0][0], sids[2][0]);
        Assert.NotEqual(sids[0][1], sids[1][1]);
        Assert.DoesNotContain('_', (await _service.MintAsync()).Sid);
    }

    [Theory]
    [InlineData("""{"asset":"sample-live","account":""}""", "account")]
    [InlineData("""{"asset":"sample-live","account":"a\u0007"}""", "account")]
    [InlineData("""{"asset":"sample-live","viewer":{"ip":"1.2.3"}}""", "viewer.ip")]
    [InlineData("""{"asset":"sample-live","viewer":{"ip":"[::1]"}}""", "viewer.ip")]
    [InlineData("""{"asset":"sample-live","viewer":{"country":""}}""", "viewer.country")]
    [InlineData("""{"asset":"sample-live","viewer":{"headers":{"user-agent":null}}}""", "viewer.headers")]
    public async Task Mint_InvalidField_IsNamed(string body, string field)
    {
        using var content = new StringContent(body, null, "application/json");

        var refusal = await Refusal.ReadAsync(await _service.Issuer.PostAsync("/v1/tokens", content));

        Assert.Equal((400, "invalid-request"), (refusal.Code, refusal.Type));
        Assert.Equal([field], refusal.Errors.Keys);
    }

    [Fact]
    public async Task Mint_PolicyBindsCountry_AsksForItAndBindsIt()
    {
        var put = await _service.Admin.PutAsJsonAsync("/v1/assets/bound", new { path = "/vod/sample/master.m3u8", policy = new { bind = new { country = "required" } } });
        put.EnsureSuccessStatusCode();

        var refusal = await RefusedAsync(new { asset = "bound", viewer = new { region = "BY" } });
        var response = await _service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "bound", viewer = new { country = "DE" } });
        var ticket = await response.Content.ReadFromJsonAsync<Ticket>(JsonSerializerOptions.Web);
        var statuses = await Task.WhenAll(new[] { "DE", "FR" }.Select(country => FromAsync(ticket!.PlaybackUrl, country)));
        await _service.Admin.DeleteAsync("/v1/assets/bound");

        Assert.Equal((400, "invalid-request"), (refusal.Code, refusal.Type));
        Assert.Equal(["viewer.country"], refusal.Errors.Keys);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Forbidden], statuses);
    }

    private static async Task<HttpStatusCode> FromAsync(Uri url, string country)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("CloudFront-Viewer-Country", country);
        using var response = await http.GetAsync(url);
        return response.StatusCode;
    }

    private async Task<Refusal> RefusedAsync(object request) => await Refusal.ReadAsync(await _service.Issuer.PostAsJsonAsync("/v1/tokens", request));
}
