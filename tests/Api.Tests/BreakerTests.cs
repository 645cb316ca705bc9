using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Portcullis.Api.Tests.Console;
using Portcullis.Api.Tests.Service;
using Portcullis.Engine;
using Portcullis.Local.Tests.Notifications;
using Portcullis.Revocations;
using Xunit.Abstractions;

namespace Portcullis.Api.Tests;

public sealed class BreakerTests(ITestOutputHelper output) : IAsyncLifetime
{
    private RunningService _service = null!;

    public async Task InitializeAsync()
    {
        _service = await RunningService.StartAsync();
        await Eventually.TrueAsync(async () => (await _service.Anonymous.GetAsync("/health/ready")).IsSuccessStatusCode, "the service is ready");
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task SixtySharedSessionsInAMinute_TheSurplusIsHeldUntilAPersonSays()
    {
        await using var receiver = await Receiver.StartAsync();
        (await _service.Admin.PostAsJsonAsync("/v1/webhooks", new { url = receiver.Url.OriginalString, events = new[] { "revocation.held", "revocation.dropped" } })).EnsureSuccessStatusCode();
        var tickets = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => _service.MintAsync("sample-vod")));
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) => await ShareAsync(tickets[number], number));
        await Eventually.TrueAsync(async () => await CountAsync("state=all&source=auto") == 60, "all are judged");
        output.WriteLine($"60 judged within {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(60));

        var held = await ListAsync("state=held&asset=sample-vod");
        Assert.Equal(50, await CountAsync("state=standing&source=auto"));
        Assert.Equal(10, held.Count);
        Assert.All(held, hold => Assert.Equal(("hold", "rate"), (hold.GetProperty("kind").GetString(), hold.GetProperty("heldFor").GetString())));
        Assert.Equal(10, (await _service.GetAsync("/v1/status")).GetProperty("held").GetInt32());
        await Eventually.TrueAsync(() => Task.FromResult(receiver.Types.Count(type => type == "revocation.held") == 10), "the webhook tells of each");
        output.WriteLine($"10 holds told by webhook {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s after the first request");
        Assert.Equal(
            held.Select(hold => hold.GetProperty("id").GetString()).Order(),
            receiver.Posts.SelectMany(post => post.Events).Select(told => told.GetProperty("data").GetProperty("decision").GetString()).Distinct().Order());
        var (released, dropped) = (TicketOf(held[0], tickets), TicketOf(held[1], tickets));
        await SaysHeldAsync(released, held[0], tickets);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [await OpenAsync(released), await OpenAsync(dropped)]);

        var release = await PostAsync("/v1/revocations/held/release", new { ids = new[] { held[0].GetProperty("id").GetString() }, reason = "looked at" });
        var drop = await PostAsync("/v1/revocations/held/drop", new { filter = new { asset = "sample-vod" }, reason = "customers" });

        Assert.Equal((1, 9), (release.GetProperty("done").GetInt32(), drop.GetProperty("done").GetInt32()));
        await Eventually.TrueAsync(async () => await OpenAsync(released) == HttpStatusCode.Forbidden, "what was released is blocked");
        Assert.Equal(HttpStatusCode.OK, await OpenAsync(dropped));
        foreach (var ticket in (Ticket[])[released, dropped])
            Assert.Equal(JsonValueKind.Null, (await _service.SessionAsync(ticket.Sid))!.Value.GetProperty("held").ValueKind);
        Assert.Equal(0, await CountAsync("state=held"));
        await Eventually.TrueAsync(() => Task.FromResult(receiver.Types.Count(type => type == "revocation.dropped") == 9), "the webhook tells what was dropped");
        // Dropped ones are not held again by the same evidence, and are by new: the rate has not fallen.
        using (var one = new Player(dropped.PlaybackUrl, "198.18.7.1"))
            await one.PlayOnAsync();
        Assert.Equal(0, (await _service.SessionAsync(dropped.Sid))!.Value.GetProperty("score").GetInt32());
        await ShareAsync(dropped, 200);
        await Eventually.TrueAsync(async () => await CountAsync($"state=held&sid={dropped.Sid}") == 1, "new evidence is held again");
    }

    [Fact]
    public async Task WaveOfWrongBlocks_LiftedInBulk_TheEdgeFollows()
    {
        const int Wave = 5_000;
        var ledger = _service.Services.GetRequiredService<IRevocationLedger>();
        var tickets = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _service.MintAsync("sample-vod")));
        var sids = tickets.Select(ticket => ticket.Sid).Concat(Enumerable.Range(0, Wave - 5).Select(i => $"wave{i}")).ToList();
        await Task.WhenAll(sids.Select(sid => ledger.AppendAsync(Waves.Verdict(sid, "sample-vod"), new LiveAudience(1_000_000, 0, 0)).AsTask()));
        await ledger.AppendAsync(Waves.Verdict("another-asset", "sample-live"));
        await _service.RevokeAsync(new { sid = "by-hand", reason = "known pirate" });
        foreach (var ticket in tickets)
            await Eventually.TrueAsync(async () => await OpenAsync(ticket) == HttpStatusCode.Forbidden, "the wave is blocked");
        var order = new { filter = new { asset = "sample-vod", source = "auto", detector = "doubled-positions", policyVersion = "0123456789ab" }, reason = "a wrong threshold", requestId = "night-1" };

        var counted = await PostAsync("/v1/revocations/lift", new { order.filter, order.reason, dryRun = true });
        var started = Stopwatch.GetTimestamp();
        var lifted = await PostAsync("/v1/revocations/lift", order);
        var answered = Stopwatch.GetElapsedTime(started);
        foreach (var ticket in tickets)
            await Eventually.TrueAsync(async () => await OpenAsync(ticket) == HttpStatusCode.OK, "the edge admits them again");
        await Eventually.TrueAsync(async () => (await _service.GetAsync("/v1/status")).GetProperty("targets")[0].GetProperty("entries").GetInt32() == 2, "the target holds only the others");
        var followed = Stopwatch.GetElapsedTime(started);
        var again = await PostAsync("/v1/revocations/lift", order);

        output.WriteLine($"{Wave} lifts answered in {answered.TotalMilliseconds:0} ms, at the edge after {followed.TotalMilliseconds:0} ms");
        Assert.Equal((Wave, Wave, Wave), (counted.GetProperty("matched").GetInt32(), lifted.GetProperty("matched").GetInt32(), lifted.GetProperty("done").GetInt32()));
        Assert.Equal((0, Wave), (again.GetProperty("matched").GetInt32(), again.GetProperty("done").GetInt32()));
        Assert.InRange(followed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(2, await CountAsync("state=standing"));
        Assert.Equal(409, (await Refusal.ReadAsync(await _service.Operator.PostAsJsonAsync("/v1/revocations/lift", new { filter = new { asset = "sample-live" }, order.reason, order.requestId }))).Code);
    }

    [Fact]
    public async Task Disarmed_SharedSession_IsBlockedOnlyOnceItIsArmedAgain()
    {
        var disarmed = await PostAsync("/v1/disarm", new { reason = "a wave of wrong blocks" });
        var ticket = await _service.MintAsync("sample-vod");
        await ShareAsync(ticket, 1);
        await Eventually.TrueAsync(async () => await ActionAsync(ticket) == "revoke", "the shared session is judged");

        Assert.Equal((false, "a wave of wrong blocks", "test"), (disarmed.GetProperty("armed").GetBoolean(), disarmed.GetProperty("reason").GetString(), disarmed.GetProperty("actor").GetString()));
        Assert.Equal(HttpStatusCode.OK, await OpenAsync(ticket));
        Assert.Equal(0, await CountAsync("state=all&source=auto"));
        await PostAsync("/v1/arm", new { reason = "mended" });
        await Eventually.TrueAsync(async () => await OpenAsync(ticket) == HttpStatusCode.Forbidden, "it is blocked as it goes on");
        Assert.Equal(["arm", "disarm"], (await ListAsync("state=all&source=manual")).Select(decision => decision.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Allowed_Account_IsNotRevokedUntilTheEntryIsTakenOff()
    {
        var ticket = await _service.MintAsync("sample-vod", account: "partner");
        var entry = await PostAsync("/v1/allow", new { kind = "account", value = "partner", owner = "support", reason = "a partner's test", expires = DateTimeOffset.UtcNow.AddDays(1) });
        await ShareAsync(ticket, 1);
        await Eventually.TrueAsync(async () => await ActionAsync(ticket) == "revoke", "the shared session is judged");

        Assert.Equal(ticket.Sid[..10], entry.GetProperty("value").GetString());
        Assert.Equal(HttpStatusCode.OK, await OpenAsync(ticket));
        Assert.Single((await _service.GetAsync("/v1/allow")).GetProperty("entries").EnumerateArray());
        Assert.Equal(HttpStatusCode.NoContent, (await _service.Operator.DeleteAsync($"/v1/allow/{entry.GetProperty("id").GetString()}")).StatusCode);
        await Eventually.TrueAsync(async () => await OpenAsync(ticket) == HttpStatusCode.Forbidden, "it is blocked as it goes on");
        Assert.Empty((await _service.GetAsync("/v1/allow")).GetProperty("entries").EnumerateArray());
    }

    [Fact]
    public async Task Allowed_NetworkOfOneOfTheViewers_ShieldsNobodyElse()
    {
        await PostAsync("/v1/allow", new { kind = "cidr", value = "198.18.0.0/16", owner = "support", reason = "an office", expires = DateTimeOffset.UtcNow.AddDays(1) });
        var (inside, across) = (await _service.MintAsync("sample-vod"), await _service.MintAsync("sample-vod"));
        await ShareAsync(inside, 1, "198.18", "198.18", "198.18");
        await ShareAsync(across, 2, "198.18", "198.18", "203.0");
        await Eventually.TrueAsync(async () => await OpenAsync(across) == HttpStatusCode.Forbidden, "the session with a viewer outside is blocked");
        await Eventually.TrueAsync(async () => await ActionAsync(inside) == "revoke", "the other is judged as well");

        Assert.Equal(0, await CountAsync($"state=all&sid={inside.Sid}"));
    }

    [Fact]
    public async Task Revoke_WatermarkFindingWithARequestId_IsOneDecision()
    {
        var request = new { sid = "restreamer", reason = "seen on a pirate site", source = "watermark", finding = "case 2026-117", requestId = "wm-117" };
        var first = await _service.RevokeAsync(request);
        var again = await _service.RevokeAsync(request);
        var other = await Refusal.ReadAsync(await _service.Operator.PostAsJsonAsync("/v1/revocations", new { sid = "other", reason = "x", requestId = "wm-117" }));

        Assert.Equal(("watermark", "case 2026-117"), (first.GetProperty("source").GetString(), first.GetProperty("finding").GetString()));
        Assert.Equal(first.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.Equal(409, other.Code);
        Assert.Equal(1, await CountAsync("state=standing&source=watermark"));
    }

    /// <summary>What is held is said of the session itself, in answers, lists and console alike.</summary>
    private async Task SaysHeldAsync(Ticket ticket, JsonElement hold, Ticket[] all)
    {
        var session = (await _service.SessionAsync(ticket.Sid))!.Value;
        var sessions = (await _service.GetAsync("/v1/sessions?limit=1000")).GetProperty("sessions").EnumerateArray().Where(one => all.Any(ticket => ticket.Sid == one.GetProperty("sid").GetString())).ToList();
        var listed = sessions.Single(one => one.GetProperty("sid").GetString() == ticket.Sid).GetProperty("held");
        using var browser = new ConsoleBrowser(_service.ApiUrl);
        await browser.SignInAsync(_service.AdminKey);
        var found = await (await browser.GetAsync($"/sessions?q={ticket.Sid[1..]}")).Content.ReadAsStringAsync();

        Assert.False(session.GetProperty("revoked").GetBoolean());
        Assert.Equal(hold.ToString(), session.GetProperty("held").ToString());
        foreach (var member in (string[])["id", "at", "heldFor", "until"])
            Assert.Equal(hold.GetProperty(member).ToString(), listed.GetProperty(member).ToString());
        Assert.Equal((50, 10), (sessions.Count(one => one.GetProperty("revoked").GetBoolean()), sessions.Count(one => one.GetProperty("held").ValueKind == JsonValueKind.Object)));
        Assert.Contains("""<a class="badge warn beside" href="/held">held</a>""", found, StringComparison.Ordinal);
        Assert.Contains("too many in a minute", found, StringComparison.Ordinal);
    }

    /// <summary>Three homes fetch the same positions: nobody does that alone.</summary>
    private static async Task ShareAsync(Ticket ticket, int number, params string[] networks)
    {
        networks = networks.Length > 0 ? networks : ["198.18", "198.19", "203.0"];
        var players = networks.Select((network, i) => new Player(ticket.PlaybackUrl, $"{network}.{number}.{i + 1}")).ToList();
        for (var round = 0; round < 6; round++)
        {
            foreach (var player in players)
                await player.PlayOnAsync();
        }
        players.ForEach(player => player.Dispose());
    }

    private static Ticket TicketOf(JsonElement decision, Ticket[] tickets) => tickets.Single(ticket => ticket.Sid == decision.GetProperty("subject").GetProperty("value").GetString());

    private static async Task<HttpStatusCode> OpenAsync(Ticket ticket)
    {
        using var player = new Player(ticket.PlaybackUrl, "198.18.250.9");
        return await player.OpenAsync();
    }

    private async Task<string?> ActionAsync(Ticket ticket) => await _service.SessionAsync(ticket.Sid) is { } session ? session.GetProperty("action").GetString() : null;

    private async Task<List<JsonElement>> ListAsync(string query) => [.. (await _service.GetAsync($"/v1/revocations?limit=1000&{query}")).GetProperty("revocations").EnumerateArray()];

    private async Task<int> CountAsync(string query) => (await ListAsync(query)).Count;

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        var response = await _service.Operator.PostAsJsonAsync(path, body);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
