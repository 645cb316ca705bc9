using System.Net;
using System.Text.Json;
using Portcullis.Api.Tests.Service;

namespace Portcullis.Api.Tests;

[Collection(ServiceTests.Name)]
public sealed class StatusTests(SharedService shared)
{
    private readonly RunningService _service = shared.Service;

    [Fact]
    public async Task Health_RunningService_LiveAndReadyForAnybody()
    {
        var live = await _service.Anonymous.GetAsync("/health/live");
        var ready = await _service.Anonymous.GetAsync("/health/ready");
        var parts = JsonElement.Parse(await ready.Content.ReadAsStringAsync()).GetProperty("parts").EnumerateArray().Select(part => (part.GetProperty("name").GetString(), part.GetProperty("ready").GetBoolean()));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (live.StatusCode, ready.StatusCode));
        Assert.Superset(new HashSet<(string?, bool)> { ("ledger", true), ("session-snapshots", true), ("local-edge", true) }, parts.ToHashSet());
    }

    [Fact]
    public async Task Status_RunningService_SaysHowItIsDoing()
    {
        var ticket = await _service.MintAsync();
        using var player = new Player(ticket.PlaybackUrl);
        await player.OpenAsync();
        await Eventually.TrueAsync(async () => await _service.SessionAsync(ticket.Sid) is not null, "the session is seen");
        await _service.RevokeAsync(new { sid = "status", reason = "test" });

        JsonElement status = default;
        await Eventually.TrueAsync(
            async () =>
            {
                status = await _service.GetAsync("/v1/status");
                var target = status.GetProperty("targets")[0];
                return target.GetProperty("version").GetInt64() == status.GetProperty("ledgerSequence").GetInt64();
            },
            "the edge enforces the newest decision");

        var edge = status.GetProperty("targets")[0];
        Assert.Equal((0, JsonValueKind.Null, JsonValueKind.Null), (edge.GetProperty("leftOut").GetInt32(), edge.GetProperty("failingSince").ValueKind, edge.GetProperty("lastError").ValueKind));
        Assert.Equal("local", status.GetProperty("engine").GetString());
        Assert.NotEqual("unknown", status.GetProperty("version").GetString());
        Assert.Equal(_service.EdgeUrl, new Uri(status.GetProperty("edgeUrl").GetString()!));
        Assert.InRange(status.GetProperty("uptimeSeconds").GetDouble(), 0.001, 3_600);
        Assert.True(status.GetProperty("sessions").GetProperty("live").GetInt32() >= 1);
        Assert.True(status.GetProperty("revocations").GetInt32() >= 1);
        Assert.True(status.GetProperty("stream").GetProperty("accepted").GetInt64() >= 1);
        Assert.Equal(0, status.GetProperty("stream").GetProperty("dropped").GetInt64());
        Assert.Equal(0, status.GetProperty("stream").GetProperty("malformed").GetInt64());
        Assert.Equal((1, true), (status.GetProperty("keys").GetInt32(), status.GetProperty("signingKey").GetString()!.Length > 8));
        Assert.All(status.GetProperty("stores").EnumerateArray(), store => Assert.True(store.GetProperty("isHealthy").GetBoolean()));
    }

    [Fact]
    public async Task MalformedLines_OfAnOwnEdge_AreNone()
    {
        var malformed = await _service.GetAsync("/v1/logs/malformed");

        Assert.Equal((0, 0), (malformed.GetProperty("count").GetInt64(), malformed.GetProperty("lines").GetArrayLength()));
    }
}
