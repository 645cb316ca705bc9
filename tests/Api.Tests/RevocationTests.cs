using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Portcullis.Api.Tests.Service;

namespace Portcullis.Api.Tests;

[Collection(ServiceTests.Name)]
public sealed class RevocationTests(SharedService shared)
{
    private const int MaxTokenLifetime = 86_400;

    private readonly RunningService _service = shared.Service;

    [Fact]
    public async Task Revoke_Session_ClosesTheEdgeWithinASecond()
    {
        var ticket = await _service.MintAsync();
        using var player = new Player(ticket.PlaybackUrl);
        var before = await player.OpenAsync();

        var decision = await _service.RevokeAsync(new { sid = ticket.Sid, reason = "seen on a pirate site" });
        var taken = await Eventually.TrueAsync(async () => await player.OpenAsync() == HttpStatusCode.Forbidden, "the edge refuses the session");

        Assert.Equal(HttpStatusCode.OK, before);
        Assert.InRange(taken, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.InRange(decision.GetProperty("until").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddSeconds(MaxTokenLifetime - 30), DateTimeOffset.UtcNow.AddSeconds(MaxTokenLifetime + 30));
        Assert.Equal(
            ("revoke", "manual", "session", ticket.Sid, "seen on a pirate site", "test"),
            (Text(decision, "kind"), Text(decision, "source"), Text(decision.GetProperty("subject"), "kind"), Text(decision.GetProperty("subject"), "value"), Text(decision, "reason"), Text(decision, "actor")));
    }

    [Fact]
    public async Task Revoke_UntilSoonerThanATokenMayLive_LastsAsLongAsThat()
    {
        var soon = await _service.RevokeAsync(new { sid = "soon", reason = "test", until = DateTimeOffset.UtcNow.AddMinutes(1) });
        var late = await _service.RevokeAsync(new { sid = "late", reason = "test", until = DateTimeOffset.UtcNow.AddDays(30) });

        Assert.True(soon.GetProperty("until").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddSeconds(MaxTokenLifetime - 30));
        Assert.InRange(late.GetProperty("until").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddDays(30).AddMinutes(-1), DateTimeOffset.UtcNow.AddDays(30).AddMinutes(1));
    }

    [Fact]
    public async Task Lift_StandingRevocation_PlaysAgainAndOnlyOnce()
    {
        var ticket = await _service.MintAsync();
        using var player = new Player(ticket.PlaybackUrl);
        var id = Text(await _service.RevokeAsync(new { sid = ticket.Sid, reason = "mistaken" }), "id");
        await Eventually.TrueAsync(async () => await player.OpenAsync() == HttpStatusCode.Forbidden, "the edge refuses the session");

        var lifted = await LiftAsync(id);
        await Eventually.TrueAsync(async () => await player.OpenAsync() == HttpStatusCode.OK, "the edge admits the session again");
        var again = await Refusal.ReadAsync(await LiftAsync(id));

        Assert.Equal(HttpStatusCode.OK, lifted.StatusCode);
        Assert.Equal("lift", Text(await lifted.Content.ReadFromJsonAsync<JsonElement>(), "kind"));
        Assert.Equal((409, "conflict"), (again.Code, again.Type));
    }

    [Fact]
    public async Task Lift_SameTimeFromManySides_OneLifts()
    {
        var id = Text(await _service.RevokeAsync(new { sid = "lifted-together", reason = "test" }), "id");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LiftAsync(id)));

        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Lift_UnknownOrNoRevocation_NotFound()
    {
        var revocation = Text(await _service.RevokeAsync(new { sid = "lift-of-lift", reason = "test" }), "id");
        var lift = Text(await (await LiftAsync(revocation)).Content.ReadFromJsonAsync<JsonElement>(), "id");

        Assert.Equal(404, (await Refusal.ReadAsync(await LiftAsync("dec_unknown"))).Code);
        Assert.Equal(404, (await Refusal.ReadAsync(await LiftAsync(lift))).Code);
    }

    [Fact]
    public async Task Revoke_Account_BlocksAllItsSessionsAndNothingElse()
    {
        var blocked = new[] { await _service.MintAsync(account: "shared-out"), await _service.MintAsync(account: "shared-out") };
        var others = new[] { await _service.MintAsync(account: "neighbour"), await _service.MintAsync() };

        var decision = await _service.RevokeAsync(new { accountTag = blocked[0].Sid[..10], reason = "sold on" });
        foreach (var ticket in blocked)
            await Eventually.TrueAsync(async () => await StatusAsync(ticket) == HttpStatusCode.Forbidden, "the edge refuses the account's sessions");

        foreach (var ticket in others)
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(ticket));
        Assert.Equal(("account", blocked[0].Sid[..10]), (Text(decision.GetProperty("subject"), "kind"), Text(decision.GetProperty("subject"), "value")));
    }

    [Fact]
    public async Task List_All_PagesThroughTheHistoryByBefore()
    {
        var sid = $"paged{Guid.NewGuid():N}";
        var expected = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var id = Text(await _service.RevokeAsync(new { sid, reason = $"round {i}" }), "id");
            expected.Insert(0, id);
            expected.Insert(0, Text(await (await LiftAsync(id)).Content.ReadFromJsonAsync<JsonElement>(), "id"));
        }

        var seen = new List<string>();
        long? before = null;
        do
        {
            var page = await _service.GetAsync($"/v1/revocations?state=all&sid={sid}&limit=4{(before is null ? "" : $"&before={before}")}");
            seen.AddRange(page.GetProperty("revocations").EnumerateArray().Select(decision => Text(decision, "id")));
            before = page.GetProperty("before") is { ValueKind: JsonValueKind.Number } next ? next.GetInt64() : null;
        }
        while (before is not null);

        Assert.Equal(expected, seen);
        Assert.Empty((await _service.GetAsync($"/v1/revocations?sid={sid}")).GetProperty("revocations").EnumerateArray());
    }

    [Fact]
    public async Task List_Standing_PagesWithoutGapsOrRepeats()
    {
        var expected = new List<string>();
        for (var i = 0; i < 5; i++)
            expected.Insert(0, Text(await _service.RevokeAsync(new { sid = $"standing{i}{Guid.NewGuid():N}", reason = "test" }), "id"));

        var first = await _service.GetAsync("/v1/revocations?limit=3");
        var second = await _service.GetAsync($"/v1/revocations?limit=2&before={first.GetProperty("before").GetInt64()}");

        Assert.Equal(expected, first.GetProperty("revocations").EnumerateArray().Concat(second.GetProperty("revocations").EnumerateArray()).Select(decision => Text(decision, "id")));
    }

    [Fact]
    public async Task Get_Decision_EqualsWhatWasAnswered()
    {
        var decision = await _service.RevokeAsync(new { sid = "looked-up", reason = "test" });

        var found = await _service.GetAsync($"/v1/revocations/{Text(decision, "id")}");

        Assert.Equal(Text(decision, "id"), Text(found, "id"));
        Assert.Equal(decision.GetProperty("sequence").GetInt64(), found.GetProperty("sequence").GetInt64());
        Assert.Equal(decision.GetProperty("until").GetDateTimeOffset(), found.GetProperty("until").GetDateTimeOffset());
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static async Task<HttpStatusCode> StatusAsync(Ticket ticket)
    {
        using var player = new Player(ticket.PlaybackUrl);
        return await player.OpenAsync();
    }

    private Task<HttpResponseMessage> LiftAsync(string id) => _service.Operator.PostAsJsonAsync($"/v1/revocations/{id}/lift", new { reason = "test" });
}
