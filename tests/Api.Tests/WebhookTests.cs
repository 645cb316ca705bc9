using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Portcullis.Api.Tests.Service;
using Portcullis.Local.Tests.Notifications;

namespace Portcullis.Api.Tests;

public sealed class WebhookTests : IAsyncLifetime
{
    private RunningService _service = null!;
    private Receiver _receiver = null!;

    public async Task InitializeAsync()
    {
        _service = await RunningService.StartAsync();
        _receiver = await Receiver.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    private async Task<(string Id, string Secret)> AddAsync(params string[] events)
    {
        var response = await _service.Admin.PostAsJsonAsync("/v1/webhooks", new { url = _receiver.Url.OriginalString, events, description = " billing " });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var added = await response.Content.ReadFromJsonAsync<JsonElement>();
        var id = added.GetProperty("webhook").GetProperty("id").GetString()!;
        Assert.Equal($"/v1/webhooks/{id}", response.Headers.Location!.OriginalString);
        return (id, added.GetProperty("secret").GetString()!);
    }

    private Task<JsonElement> GetAsync(string path) => _service.Admin.GetFromJsonAsync<JsonElement>(path);

    private async Task<JsonElement> PostAsync(string path, object? body = null)
    {
        var response = await _service.Admin.PostAsync(path, body is null ? null : JsonContent.Create(body));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    [Fact]
    public async Task Revocation_AndLift_ReachTheReceiver()
    {
        var (id, _) = await AddAsync("revocation.*");
        var revocation = (await _service.RevokeAsync(new { sid = "pirate", reason = "called from 203.0.113.9" })).GetProperty("id").GetString();
        var lift = await _service.Operator.PostAsJsonAsync($"/v1/revocations/{revocation}/lift", new { reason = "a mistake" });
        await Eventually.TrueAsync(() => Task.FromResult(_receiver.Types.Count == 2), "both are told");
        await Eventually.TrueAsync(async () => (await GetAsync($"/v1/webhooks/{id}/deliveries?state=delivered")).GetProperty("deliveries").EnumerateArray().Sum(delivery => delivery.GetProperty("events").GetInt32()) == 2, "both are recorded");

        Assert.Equal(HttpStatusCode.OK, lift.StatusCode);
        Assert.Equal(["revocation.blocked", "revocation.lifted"], _receiver.Types);
        var data = _receiver.Posts.First().Events.First().GetProperty("data");
        Assert.Equal((revocation, "pirate"), (data.GetProperty("decision").GetString(), data.GetProperty("subject").GetProperty("value").GetString()));
        Assert.All(_receiver.Posts, post => Assert.DoesNotContain("203.0.113.9", post.Json.GetRawText(), StringComparison.Ordinal));
        var delivery = (await GetAsync($"/v1/webhooks/{id}/deliveries")).GetProperty("deliveries")[0];
        Assert.Equal(("delivered", 1, 204, JsonValueKind.Null), (delivery.GetProperty("state").GetString(), delivery.GetProperty("attempts").GetInt32(), delivery.GetProperty("status").GetInt32(), delivery.GetProperty("nextAttempt").ValueKind));
        await Eventually.TrueAsync(async () => (await _service.GetAsync("/v1/status")).GetProperty("webhooks").GetRawText() == """{"endpoints":1,"disabled":0,"pending":0,"dead":0}""", "the status counts");
    }

    [Fact]
    public async Task Receiver_Failing_ShowsWhenItIsTriedAgain()
    {
        _receiver.Answer = Receiver.Status(500);
        var (id, _) = await AddAsync();
        await _service.RevokeAsync(new { sid = "pirate", reason = "test" });
        JsonElement delivery = default;
        await Eventually.TrueAsync(
            async () => (await GetAsync($"/v1/webhooks/{id}/deliveries?state=pending")).GetProperty("deliveries") is var list && list.GetArrayLength() == 1 && (delivery = list[0]).GetProperty("attempts").GetInt32() == 1,
            "the first attempt is recorded");

        Assert.Equal((500, "answered 500"), (delivery.GetProperty("status").GetInt32(), delivery.GetProperty("error").GetString()));
        Assert.InRange((delivery.GetProperty("nextAttempt").GetDateTimeOffset() - delivery.GetProperty("lastAttempt").GetDateTimeOffset()).TotalSeconds, 5, 6.25);
        await Eventually.TrueAsync(async () => (await _service.GetAsync("/v1/status")).GetProperty("webhooks").GetProperty("pending").GetInt64() == 1, "the status counts");
    }

    [Fact]
    public async Task Receiver_Gone_IsDisabledAndCanBeUsedAgain()
    {
        _receiver.Answer = Receiver.Status(410);
        var (id, _) = await AddAsync();
        await _service.RevokeAsync(new { sid = "pirate", reason = "test" });
        await Eventually.TrueAsync(async () => (await GetAsync($"/v1/webhooks/{id}")).GetProperty("disabled").ValueKind == JsonValueKind.String, "it is switched off");
        await Eventually.TrueAsync(async () => (await _service.GetAsync("/v1/status")).GetProperty("webhooks").GetRawText() == """{"endpoints":1,"disabled":1,"pending":0,"dead":1}""", "the status counts");
        _receiver.Answer = Receiver.Status(200);

        Assert.Equal(JsonValueKind.Null, (await PostAsync($"/v1/webhooks/{id}/enable")).GetProperty("disabled").ValueKind);
        Assert.Equal(1, (await PostAsync($"/v1/webhooks/{id}/redeliver")).GetProperty("redelivered").GetInt32());
        await Eventually.TrueAsync(() => Task.FromResult(_receiver.Types is ["revocation.blocked"]), "the dead one arrives");
    }

    [Fact]
    public async Task Test_Webhook_SaysHowThePingEnded()
    {
        var (id, _) = await AddAsync("target.down");
        var taken = await PostAsync($"/v1/webhooks/{id}/test");
        _receiver.Answer = Receiver.Status(401);
        var refused = await PostAsync($"/v1/webhooks/{id}/test");

        Assert.Equal((true, 204, JsonValueKind.Null), (taken.GetProperty("delivered").GetBoolean(), taken.GetProperty("status").GetInt32(), taken.GetProperty("error").ValueKind));
        Assert.Equal((false, 401, "answered 401"), (refused.GetProperty("delivered").GetBoolean(), refused.GetProperty("status").GetInt32(), refused.GetProperty("error").GetString()));
        Assert.Equal(["ping"], _receiver.Types);
        Assert.InRange(taken.GetProperty("milliseconds").GetDouble(), 0.1, 10_000);
    }

    [Fact]
    public async Task Secret_IsShownOnceAndInNothingElse()
    {
        var (id, secret) = await AddAsync();
        var rotated = await PostAsync($"/v1/webhooks/{id}/secret", new { overlapSeconds = 60 });
        var fresh = rotated.GetProperty("secret").GetString()!;
        await PostAsync($"/v1/webhooks/{id}/test");
        var shown = string.Join('\n', await Task.WhenAll(((string[])["", $"/{id}", $"/{id}/deliveries"]).Select(path => _service.Admin.GetStringAsync("/v1/webhooks" + path))))
            + await _service.Operator.GetStringAsync("/v1/status") + _service.Log.Text;

        Assert.Matches("^whsec_[0-9A-Za-z]{43}$", secret);
        Assert.Matches("^whsec_[0-9A-Za-z]{43}$", fresh);
        Assert.NotEqual(secret, fresh);
        Assert.NotEqual(JsonValueKind.Null, rotated.GetProperty("webhook").GetProperty("oldSecretUntil").ValueKind);
        Assert.Equal(3, _receiver.Posts.Single().Signature.Split(',').Length);
        Assert.Contains("\"billing\"", shown, StringComparison.Ordinal);
        foreach (var hidden in (string[])[secret[6..], fresh[6..], "receivers-own-secret"])
            Assert.DoesNotContain(hidden, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhook_AfterARestart_IsStillThere()
    {
        var folder = RunningService.NewFolder();
        string id;
        await using (var before = await RunningService.StartAsync(folder))
            id = (await (await before.Admin.PostAsJsonAsync("/v1/webhooks", new { url = _receiver.Url.OriginalString })).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("webhook").GetProperty("id").GetString()!;
        await using (var after = await RunningService.StartAsync(folder))
        {
            Assert.Equal(id, (await after.Admin.GetFromJsonAsync<JsonElement>("/v1/webhooks")).GetProperty("webhooks")[0].GetProperty("id").GetString());
            Assert.Equal(HttpStatusCode.NoContent, (await after.Admin.DeleteAsync($"/v1/webhooks/{id}")).StatusCode);
            Assert.Equal(404, (await Refusal.ReadAsync(await after.Admin.DeleteAsync($"/v1/webhooks/{id}"))).Code);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Add_FiftyFirst_Conflict()
    {
        for (var i = 0; i < 50; i++)
            await AddAsync();

        var refusal = await Refusal.ReadAsync(await _service.Admin.PostAsJsonAsync("/v1/webhooks", new { url = _receiver.Url.OriginalString }));

        Assert.Equal((409, "conflict"), (refusal.Code, refusal.Type));
    }
}
