using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Portcullis.Api.Tests.Service;

namespace Portcullis.Api.Tests;

public sealed class DetectionTests : IAsyncLifetime
{
    private RunningService _service = null!;

    public async Task InitializeAsync()
    {
        _service = await RunningService.StartAsync();
        await Eventually.TrueAsync(async () => (await _service.Anonymous.GetAsync("/health/ready")).IsSuccessStatusCode, "the service is ready");
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task SharedToken_TwoNetworks_RevokedWithEvidence()
    {
        var ticket = await _service.MintAsync();
        using var first = new Player(ticket.PlaybackUrl, "198.51.100.10");
        using var second = new Player(ticket.PlaybackUrl, "203.0.113.47");

        await Eventually.TrueAsync(async () => await PlayAsync(first, second) == HttpStatusCode.Forbidden, "the shared session is blocked");
        var session = (await _service.SessionAsync(ticket.Sid))!.Value;
        var decision = (await _service.GetAsync($"/v1/revocations?sid={ticket.Sid}")).GetProperty("revocations").EnumerateArray().Single();

        Assert.Equal(("revoke", true, 2), (session.GetProperty("action").GetString(), session.GetProperty("revoked").GetBoolean(), session.GetProperty("viewers").GetInt32()));
        Assert.Equal(["auto", "detectors", "sample-live"], new[] { "source", "actor", "asset" }.Select(name => decision.GetProperty(name).GetString()));
        Assert.InRange(decision.GetProperty("score").GetInt32(), 80, 100);
        Assert.Contains(decision.GetProperty("evidence").EnumerateArray(), finding => finding.GetProperty("detector").GetString() == "doubled-positions" && finding.GetProperty("sentence").GetString()!.Contains("Two viewers", StringComparison.Ordinal));
        Assert.DoesNotContain(ticket.Signature, decision.ToString() + session, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SharedToken_AssetInShadow_IsJudgedButNotBlocked()
    {
        (await _service.Admin.PutAsJsonAsync("/v1/assets/sample-vod", new { path = "/vod/sample/master.m3u8", arming = "shadow" })).EnsureSuccessStatusCode();
        var ticket = await _service.MintAsync("sample-vod");
        using var first = new Player(ticket.PlaybackUrl, "198.51.100.10");
        using var second = new Player(ticket.PlaybackUrl, "203.0.113.47");
        using var third = new Player(ticket.PlaybackUrl, "192.0.2.88");

        await Eventually.TrueAsync(
            async () =>
            {
                Assert.Equal(HttpStatusCode.OK, await PlayAsync(first, second, third));
                return await _service.SessionAsync(ticket.Sid) is { } session && session.GetProperty("action").GetString() == "revoke";
            },
            "the shared session is judged");

        Assert.Equal(HttpStatusCode.OK, await first.OpenAsync());
        Assert.False((await _service.SessionAsync(ticket.Sid))!.Value.GetProperty("revoked").GetBoolean());
        Assert.Empty((await _service.GetAsync($"/v1/revocations?state=all&sid={ticket.Sid}")).GetProperty("revocations").EnumerateArray());
    }

    /// <summary>Judged while nothing was enforced; the verdict does not rise again, but the session goes on.</summary>
    [Fact]
    public async Task SharedToken_AssetArmedAfterTheVerdict_IsBlockedAsItGoesOn()
    {
        var over = DateTimeOffset.UtcNow.AddHours(-1);
        (await _service.Admin.PutAsJsonAsync("/v1/assets/sample-live", new { path = "/live/sample/master.m3u8", armedWindows = new[] { new { from = over.AddHours(-1), until = over } } })).EnsureSuccessStatusCode();
        var ticket = await _service.MintAsync();
        using var first = new Player(ticket.PlaybackUrl, "198.51.100.10");
        using var second = new Player(ticket.PlaybackUrl, "203.0.113.47");
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.Equal(HttpStatusCode.OK, await PlayAsync(first, second));
                return await _service.SessionAsync(ticket.Sid) is { } session && session.GetProperty("action").GetString() == "revoke";
            },
            "the shared session is judged");
        var before = (await _service.GetAsync($"/v1/revocations?state=all&sid={ticket.Sid}")).GetProperty("revocations").GetArrayLength();

        (await _service.Admin.PutAsJsonAsync("/v1/assets/sample-live", new { path = "/live/sample/master.m3u8", armedWindows = new[] { new { from = over, until = over.AddHours(2) } } })).EnsureSuccessStatusCode();
        await Eventually.TrueAsync(async () => await PlayAsync(first, second) == HttpStatusCode.Forbidden, "the session that goes on is blocked");

        Assert.Equal(0, before);
        Assert.Single((await _service.GetAsync($"/v1/revocations?state=all&sid={ticket.Sid}")).GetProperty("revocations").EnumerateArray());
    }

    [Fact]
    public async Task SharedToken_PolicyFileThatNeverRevokes_IsFlaggedOnly()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{ "revokeAt": 100, "doubledPositions": { "weight": 60, "crowdWeight": 60 }, "divergingPlayheads": { "weight": 60 }, "concurrentViewers": { "weightPerHome": 0 } }""");
        await using var service = await RunningService.StartAsync(null, $"--Detection:PolicyFile={file}");
        File.Delete(file);
        var ticket = await service.MintAsync();
        using var first = new Player(ticket.PlaybackUrl, "198.51.100.10");
        using var second = new Player(ticket.PlaybackUrl, "203.0.113.47");

        await Eventually.TrueAsync(
            async () =>
            {
                Assert.Equal(HttpStatusCode.OK, await PlayAsync(first, second));
                return await service.SessionAsync(ticket.Sid) is { } session && session.GetProperty("action").GetString() == "flag";
            },
            "the shared session is flagged");

        Assert.Equal(60, (await service.SessionAsync(ticket.Sid))!.Value.GetProperty("score").GetInt32());
    }

    [Fact]
    public async Task SharedToken_Lifted_PlaysOnUntilSharedAgain()
    {
        var ticket = await _service.MintAsync();
        using (var first = new Player(ticket.PlaybackUrl, "198.51.100.10"))
        using (var second = new Player(ticket.PlaybackUrl, "203.0.113.47"))
            await Eventually.TrueAsync(async () => await PlayAsync(first, second) == HttpStatusCode.Forbidden, "the shared session is blocked");
        var id = (await _service.GetAsync($"/v1/revocations?sid={ticket.Sid}")).GetProperty("revocations")[0].GetProperty("id").GetString();

        (await _service.Operator.PostAsJsonAsync($"/v1/revocations/{id}/lift", new { reason = "a mistake" })).EnsureSuccessStatusCode();
        using var honest = new Player(ticket.PlaybackUrl, "198.51.100.10");
        await Eventually.TrueAsync(async () => await honest.OpenAsync() == HttpStatusCode.OK, "the lifted session plays");
        var lifted = (await _service.SessionAsync(ticket.Sid))!.Value;
        using var pirate = new Player(ticket.PlaybackUrl, "203.0.113.47");
        await Eventually.TrueAsync(async () => await PlayAsync(honest, pirate) == HttpStatusCode.Forbidden, "the session that is shared again is blocked again");

        Assert.Equal((0, false), (lifted.GetProperty("score").GetInt32(), lifted.GetProperty("revoked").GetBoolean()));
        Assert.Equal(3, (await _service.GetAsync($"/v1/revocations?state=all&sid={ticket.Sid}")).GetProperty("revocations").GetArrayLength());
    }

    /// <summary>The same segment under another spelling is the same segment, and belongs to the same asset.</summary>
    [Fact]
    public async Task SharedToken_PathsSpeltDifferently_RevokedAllTheSame()
    {
        var ticket = await _service.MintAsync();
        using var first = new Player(Player.AsSpelt(ticket.PlaybackUrl.AbsoluteUri.Replace("/live/sample/", "/%6Cive/sampl%65/", StringComparison.Ordinal)), "198.51.100.10");
        using var second = new Player(ticket.PlaybackUrl, "203.0.113.47");

        await Eventually.TrueAsync(async () => await PlayAsync(first, second) == HttpStatusCode.Forbidden, "the shared session is blocked");

        Assert.Equal("sample-live", (await _service.SessionAsync(ticket.Sid))!.Value.GetProperty("asset").GetString());
    }

    private static async Task<HttpStatusCode> PlayAsync(params Player[] players)
    {
        var status = HttpStatusCode.OK;
        foreach (var player in players)
        {
            if (await player.PlayOnAsync() is var next and not HttpStatusCode.OK)
                status = next;
        }
        return status;
    }
}
