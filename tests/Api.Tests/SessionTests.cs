using System.Net;
using System.Text.Json;
using Portcullis.Api.Tests.Service;

namespace Portcullis.Api.Tests;

[Collection(ServiceTests.Name)]
public sealed class SessionTests(SharedService shared)
{
    private readonly RunningService _service = shared.Service;

    [Fact]
    public async Task Get_PlayingSession_ShowsWhatItFetched()
    {
        var ticket = await _service.MintAsync();
        using var player = new Player(ticket.PlaybackUrl, "198.51.100.23");
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, await player.PlayOnAsync());

        var session = await WithLinesAsync(ticket.Sid, 4);

        Assert.Equal((ticket.Sid, "sample-live", 0, "observe", 1, false), (Text(session, "sid"), Text(session, "asset"), Number(session, "score"), Text(session, "action"), Number(session, "viewers"), session.GetProperty("revoked").GetBoolean()));
        Assert.Equal(ticket.Sid[^8..], Text(session, "reference"));
        var seen = Assert.Single(session.GetProperty("seen").EnumerateArray());
        Assert.Equal(("198.51.100.23", "player at 198.51.100.23", 4), (Text(seen, "address"), Text(seen, "userAgent"), Number(seen, "fetches")));
        Assert.DoesNotContain(ticket.Signature, session.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Query_FindsPartOfASidAndLimits()
    {
        var tickets = new[] { await _service.MintAsync(account: "listed"), await _service.MintAsync(account: "listed") };
        foreach (var ticket in tickets)
        {
            using var player = new Player(ticket.PlaybackUrl);
            await player.OpenAsync();
            await WithLinesAsync(ticket.Sid, 1);
        }

        var one = await SidsAsync($"?q={tickets[0].Sid[4..^4]}");
        var both = await SidsAsync($"?q={tickets[0].Sid[..11]}");
        var limited = await SidsAsync($"?q={tickets[0].Sid[..11]}&limit=1");
        var none = await SidsAsync("?q=no.such*sid");

        Assert.Equal([tickets[0].Sid], one);
        Assert.Equal(tickets.Select(ticket => ticket.Sid).Order(), both.Order());
        Assert.Single(limited);
        Assert.Empty(none);
    }

    /// <summary>Anybody can write another's sid into a URL. It must be worth nothing.</summary>
    [Fact]
    public async Task Framing_StrangersWriteTheVictimsSid_VictimIsUnaffected()
    {
        var ticket = await _service.MintAsync(account: "victim");
        using var victim = new Player(ticket.PlaybackUrl, "198.51.100.1");
        for (var i = 0; i < 3; i++)
            await victim.PlayOnAsync();
        var before = await WithLinesAsync(ticket.Sid, 4);
        var refused = await RefusedLinesAsync();
        var parts = ticket.Segment.Split('.');

        var statuses = new List<HttpStatusCode>();
        for (var address = 1; address <= 10; address++)
        {
            foreach (var segment in new[] { $"{ticket.Sid}.x.y.z", $"{ticket.Sid}.{parts[1]}.{parts[2]}.{new string('A', 43)}" })
            {
                for (var number = 0; number < 5; number++)
                {
                    using var stranger = new Player(new Uri(_service.EdgeUrl, $"/{segment}/live/sample/360p/seg-{1_000_000 + number}.ts"), $"203.0.113.{address}");
                    statuses.Add(await stranger.OpenAsync());
                }
            }
        }
        await Eventually.TrueAsync(async () => await RefusedLinesAsync() >= refused + 100, "the refused lines are read");
        var after = (await _service.SessionAsync(ticket.Sid))!.Value;

        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(before.ToString(), after.ToString());
        Assert.Equal((0, 1, "observe"), (Number(after, "score"), Number(after, "viewers"), Text(after, "action")));
        Assert.Equal(HttpStatusCode.OK, await victim.OpenAsync());
    }

    [Fact]
    public async Task Get_RevokedSession_ShowsItsRevocation()
    {
        var ticket = await _service.MintAsync();
        using var player = new Player(ticket.PlaybackUrl);
        await player.OpenAsync();
        await WithLinesAsync(ticket.Sid, 1);

        var decision = await _service.RevokeAsync(new { sid = ticket.Sid, reason = "test" });
        var session = (await _service.SessionAsync(ticket.Sid))!.Value;

        Assert.True(session.GetProperty("revoked").GetBoolean());
        Assert.Equal(Text(decision, "id"), Text(session.GetProperty("revocation"), "id"));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private async Task<List<string>> SidsAsync(string query) =>
        [.. (await _service.GetAsync($"/v1/sessions{query}")).GetProperty("sessions").EnumerateArray().Select(session => Text(session, "sid"))];

    private async Task<long> RefusedLinesAsync() => (await _service.GetAsync("/v1/status")).GetProperty("stream").GetProperty("refused").GetInt64();

    private async Task<JsonElement> WithLinesAsync(string sid, int lines)
    {
        JsonElement? session = null;
        await Eventually.TrueAsync(async () => (session = await _service.SessionAsync(sid)) is { } found && Number(found, "lines") >= lines, $"{lines} lines of the session are read");
        return session!.Value;
    }
}
