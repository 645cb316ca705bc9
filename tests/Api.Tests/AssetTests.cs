using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Portcullis.Api.Tests.Service;

namespace Portcullis.Api.Tests;

[Collection(ServiceTests.Name)]
public sealed class AssetTests(SharedService shared)
{
    private readonly RunningService _service = shared.Service;

    [Fact]
    public async Task List_NewInstallation_HoldsTheSamples()
    {
        var ids = (await _service.GetAsync("/v1/assets")).GetProperty("assets").EnumerateArray().Select(asset => asset.GetProperty("id").GetString());

        Assert.Superset(new HashSet<string?> { "sample-live", "sample-vod" }, ids.ToHashSet());
    }

    [Fact]
    public async Task Put_WhatGetAnswered_ChangesNothing()
    {
        var put = Endpoint.All.Single(endpoint => endpoint is { Method: "PUT", Route: "/v1/assets/{id}" });
        var created = await _service.Admin.SendAsync(put.ToRequest());
        var got = await _service.Operator.GetStringAsync("/v1/assets/x");

        using var body = new StringContent(got, null, "application/json");
        var again = await _service.Admin.PutAsync("/v1/assets/x", body);
        var after = await _service.Operator.GetStringAsync("/v1/assets/x");
        await _service.Admin.DeleteAsync("/v1/assets/x");

        Assert.Equal((HttpStatusCode.Created, "/v1/assets/x"), (created.StatusCode, created.Headers.Location?.OriginalString));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(got, after);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(put.Body!), JsonElement.Parse(got)), got);
    }

    [Fact]
    public async Task Put_DetectionPolicy_IsAnsweredWholeAndMayBePutBack()
    {
        (await _service.Admin.PutAsJsonAsync("/v1/assets/watched", new { path = "/vod/sample/master.m3u8", detection = new { revokeAt = 90, pace = new { armed = false } } })).EnsureSuccessStatusCode();
        var got = await _service.Operator.GetStringAsync("/v1/assets/watched");

        using var body = new StringContent(got, null, "application/json");
        (await _service.Admin.PutAsync("/v1/assets/watched", body)).EnsureSuccessStatusCode();
        var after = await _service.Operator.GetStringAsync("/v1/assets/watched");
        await _service.Admin.DeleteAsync("/v1/assets/watched");

        Assert.Equal(got, after);
        var detection = JsonElement.Parse(got).GetProperty("detection");
        Assert.Equal((90, 50, false, true), (detection.GetProperty("revokeAt").GetInt32(), detection.GetProperty("flagAt").GetInt32(), detection.GetProperty("pace").GetProperty("armed").GetBoolean(), detection.GetProperty("restream").GetProperty("armed").GetBoolean()));
    }

    [Fact]
    public async Task Delete_Asset_IsGoneAndMintsNoMore()
    {
        (await _service.Admin.PutAsJsonAsync("/v1/assets/short-lived", new { path = "/vod/sample/master.m3u8" })).EnsureSuccessStatusCode();

        var deleted = await _service.Admin.DeleteAsync("/v1/assets/short-lived");
        var again = await _service.Admin.DeleteAsync("/v1/assets/short-lived");
        var minted = await _service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "short-lived" });

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.NotFound), (deleted.StatusCode, again.StatusCode, minted.StatusCode));
    }
}
