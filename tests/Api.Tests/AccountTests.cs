using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Portcullis.Api.Tests.Service;

namespace Portcullis.Api.Tests;

public sealed class AccountTests : IAsyncLifetime
{
    private RunningService _service = null!;

    public async Task InitializeAsync() => _service = await RunningService.StartAsync(null, "--Accounts:MaxSessions=3", "--Accounts:MintsPerMinute=100", "--Accounts:MaxOutstandingTokens=20");

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Fact]
    public async Task Mint_HundredAtOnceWithLimitThree_ExactlyThreeSucceed()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => MintAsync("burst"))));

        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Equal(97, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
        foreach (var refused in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
            Assert.Equal("account-full", (await Refusal.ReadAsync(refused)).Type);
    }

    [Fact]
    public async Task Mint_WithoutAccount_KnowsNoLimit()
    {
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.OK, (await _service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "sample-live" })).StatusCode);
    }

    /// <summary>The player's user agent holds its address: whatever a device calls itself, none gets into the answer.</summary>
    [Fact]
    public async Task Mint_Full_TellsDevicesAndTimesAndNoAddressTokenOrSid()
    {
        string[] addresses = ["203.0.113.77", "198.51.100.78", "192.0.2.79"];
        var tickets = new List<Ticket>();
        foreach (var address in addresses)
        {
            tickets.Add(await _service.MintAsync(account: "family"));
            using var player = new Player(tickets[^1].PlaybackUrl, address);
            Assert.Equal(HttpStatusCode.OK, await player.OpenAsync());
            await SeenAsync("family", tickets.Count);
            Assert.Equal(address, (await _service.SessionAsync(tickets[^1].Sid))!.Value.GetProperty("seen")[0].GetProperty("address").GetString());
        }

        var refused = await MintAsync("family");
        var text = await refused.Content.ReadAsStringAsync();
        var body = JsonElement.Parse(text);

        Assert.Equal((HttpStatusCode.Conflict, "account-full", 3), (refused.StatusCode, (await Refusal.ReadAsync(refused)).Type, body.GetProperty("maxSessions").GetInt32()));
        Assert.Equal(tickets.Select(ticket => ticket.Sid[^8..]), body.GetProperty("sessions").EnumerateArray().Select(session => session.GetProperty("reference").GetString()));
        Assert.All(body.GetProperty("sessions").EnumerateArray(), session =>
        {
            Assert.Equal(["device", "lastSeen", "reference", "since"], session.EnumerateObject().Select(member => member.Name).Order());
            Assert.Equal("player", session.GetProperty("device").GetString());
            Assert.InRange(session.GetProperty("lastSeen").GetDateTimeOffset() - session.GetProperty("since").GetDateTimeOffset(), TimeSpan.FromSeconds(-2), TimeSpan.FromSeconds(30));
        });
        foreach (var secret in addresses.Concat(["203.0.113", "198.51.100", "192.0.2.", "family", tickets[0].Sid[..10]]).Concat(tickets.SelectMany(ticket => new[] { ticket.Sid, ticket.Segment, ticket.Signature })))
            Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Mint_SessionRevoked_ItsSlotIsFreeAndTheBackEndMayGoOn()
    {
        var tickets = new[] { await _service.MintAsync(account: "burned"), await _service.MintAsync(account: "burned"), await _service.MintAsync(account: "burned") };
        Assert.Equal(HttpStatusCode.Conflict, (await MintAsync("burned")).StatusCode);

        var decision = await _service.RevokeAsync(new { sid = tickets[0].Sid, reason = "shared" });
        Assert.Equal(HttpStatusCode.OK, (await MintAsync("burned")).StatusCode);
        (await _service.Operator.PostAsJsonAsync($"/v1/revocations/{decision.GetProperty("id").GetString()}/lift", new { reason = "a mistake" })).EnsureSuccessStatusCode();

        Assert.Equal(HttpStatusCode.Conflict, (await MintAsync("burned")).StatusCode);
        Assert.Equal(4, (await AccountAsync("burned")).GetProperty("heldSlots").GetInt32());
    }

    [Fact]
    public async Task Renew_AccountFull_IsGrantedAndTakesNoSlot()
    {
        var ticket = await _service.MintAsync(account: "renewing");
        await _service.MintAsync(account: "renewing");
        await _service.MintAsync(account: "renewing");
        for (var i = 0; i < 5; i++)
            (await _service.Issuer.PostAsJsonAsync("/v1/tokens/renew", new { playbackUrl = ticket.PlaybackUrl })).EnsureSuccessStatusCode();

        Assert.Equal(3, (await AccountAsync("renewing")).GetProperty("heldSlots").GetInt32());
    }

    [Fact]
    public async Task Mint_EndOldest_BlocksTheOldestAtTheEdge()
    {
        (await _service.Operator.PutAsJsonAsync("/v1/accounts/kept%2Fsmall", new { maxSessions = 1, whenFull = "endOldest" })).EnsureSuccessStatusCode();
        var first = await _service.MintAsync(account: "kept/small");
        using var player = new Player(first.PlaybackUrl);
        Assert.Equal(HttpStatusCode.OK, await player.OpenAsync());
        var second = await _service.MintAsync(account: "kept/small");

        await Eventually.TrueAsync(async () => await player.OpenAsync() == HttpStatusCode.Forbidden, "the oldest session is blocked");
        using var other = new Player(second.PlaybackUrl);
        Assert.Equal(HttpStatusCode.OK, await other.OpenAsync());
        var decision = (await _service.GetAsync($"/v1/revocations?sid={first.Sid}")).GetProperty("revocations")[0];
        Assert.Equal(("accountLimit", "account limit"), (decision.GetProperty("source").GetString(), decision.GetProperty("actor").GetString()));
    }

    [Fact]
    public async Task Mint_TooManyTokensOrTooFast_SaysWhenToComeBack()
    {
        await using var service = await RunningService.StartAsync(null, "--Accounts:MaxOutstandingTokens=2", "--Accounts:MintsPerMinute=4");
        foreach (var account in (string[])["tokens", "tokens"])
            await service.MintAsync(account: account);
        var tokens = await service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "sample-live", account = "tokens" });
        for (var i = 0; i < 4; i++)
            await service.RevokeAsync(new { sid = (await service.MintAsync(account: "fast")).Sid, reason = "so that its token does not count" });
        var fast = await service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "sample-live", account = "fast" });

        Assert.Equal((429, "account-tokens"), ((int)tokens.StatusCode, (await Refusal.ReadAsync(tokens)).Type));
        Assert.InRange(tokens.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 86_400);
        Assert.Equal((429, "account-mint-rate"), ((int)fast.StatusCode, (await Refusal.ReadAsync(fast)).Type));
        Assert.InRange(fast.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
    }

    [Fact]
    public async Task Get_Account_ShowsSessionsLimitsAndBlockWithoutItsTag()
    {
        var playing = await _service.MintAsync(account: "shown");
        var waiting = await _service.MintAsync(account: "shown");
        using var player = new Player(playing.PlaybackUrl);
        await player.OpenAsync();
        await SeenAsync("shown", 1);
        await _service.RevokeAsync(new { accountTag = playing.Sid[..10], reason = "chargeback" });

        var account = await AccountAsync("shown");
        var refused = await MintAsync("shown");

        Assert.Equal([(playing.Sid[^8..], "live"), (waiting.Sid[^8..], "pending")], account.GetProperty("sessions").EnumerateArray().Select(session => (session.GetProperty("reference").GetString()!, session.GetProperty("state").GetString()!)));
        Assert.Equal((2, 2, 2, 3, "refuse", 20, 100), (
            account.GetProperty("heldSlots").GetInt32(), account.GetProperty("outstandingTokens").GetInt32(), account.GetProperty("mintsWithinAMinute").GetInt32(), account.GetProperty("limits").GetProperty("maxSessions").GetInt32(),
            account.GetProperty("limits").GetProperty("whenFull").GetString(), account.GetProperty("limits").GetProperty("maxOutstandingTokens").GetInt32(), account.GetProperty("limits").GetProperty("mintsPerMinute").GetInt32()));
        Assert.Equal("chargeback", account.GetProperty("block").GetProperty("reason").GetString());
        Assert.Equal((403, "revoked"), ((int)refused.StatusCode, (await Refusal.ReadAsync(refused)).Type));
        Assert.DoesNotContain(playing.Sid[..10], account.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("203.0.113", account.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_Settings_HoldAtOnceAndAfterARestart()
    {
        var folder = RunningService.NewFolder();
        try
        {
            await using (var service = await RunningService.StartAsync(folder))
                (await service.Operator.PutAsJsonAsync("/v1/accounts/two", new { maxSessions = 2 })).EnsureSuccessStatusCode();
            await using (var service = await RunningService.StartAsync(folder))
            {
                await service.MintAsync(account: "two");
                await service.MintAsync(account: "two");
                Assert.Equal(HttpStatusCode.Conflict, (await service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "sample-live", account = "two" })).StatusCode);
            }
            await using (var service = await RunningService.StartAsync(folder))
            {
                Assert.Equal(HttpStatusCode.Conflict, (await service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "sample-live", account = "two" })).StatusCode);
                (await service.Operator.PutAsJsonAsync("/v1/accounts/two", new { })).EnsureSuccessStatusCode();
                Assert.Equal(HttpStatusCode.OK, (await service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "sample-live", account = "two" })).StatusCode);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Delete_Account_NothingOfItIsLeftInMemoryOrFiles()
    {
        const string Marker = "ErasableAgentOfOneCustomer", Reason = "OnlyThisCustomerEverDidThat";
        var (ticket, blocked) = (await _service.MintAsync(account: "leaving"), await _service.MintAsync(account: "leaving"));
        var other = await _service.MintAsync(account: "staying");
        foreach (var playing in new[] { ticket, blocked, other })
        {
            using var player = new Player(playing.PlaybackUrl, playing == other ? "203.0.113.7" : Marker);
            await player.OpenAsync();
            await Eventually.TrueAsync(async () => await _service.SessionAsync(playing.Sid) is not null, "the session is followed");
        }
        (await _service.Operator.PutAsJsonAsync("/v1/accounts/leaving", new { maxSessions = 5 })).EnsureSuccessStatusCode();
        var decision = (await _service.RevokeAsync(new { sid = blocked.Sid, reason = Reason })).GetProperty("id").GetString();

        var response = await _service.Admin.DeleteAsync("/v1/accounts/leaving");
        var erased = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal((HttpStatusCode.OK, 2, 1, 2), (response.StatusCode, erased.GetProperty("sessions").GetInt32(), erased.GetProperty("decisions").GetInt32(), erased.GetProperty("slots").GetInt32()));
        Assert.Null(await _service.SessionAsync(ticket.Sid));
        Assert.Null(await _service.SessionAsync(blocked.Sid));
        Assert.NotNull(await _service.SessionAsync(other.Sid));
        var account = await AccountAsync("leaving");
        Assert.Equal((0, 3), (account.GetProperty("sessions").GetArrayLength(), account.GetProperty("limits").GetProperty("maxSessions").GetInt32()));
        var kept = await _service.GetAsync($"/v1/revocations/{decision}");
        Assert.Equal(("erased", blocked.Sid, 0), (kept.GetProperty("reason").GetString(), kept.GetProperty("subject").GetProperty("value").GetString(), kept.GetProperty("evidence").GetArrayLength()));
        Assert.Equal(decision, (await _service.GetAsync($"/v1/revocations?sid={blocked.Sid}")).GetProperty("revocations")[0].GetProperty("id").GetString());
        using var back = new Player(blocked.PlaybackUrl);
        await Eventually.TrueAsync(async () => await back.OpenAsync() == HttpStatusCode.Forbidden, "the block still stands");
        foreach (var file in Directory.EnumerateFiles(_service.Folder, "*.db*"))
        {
            foreach (var text in new[] { Marker, Reason, "leaving" })
                Assert.False(await HoldsAsync(file, text), $"{text} is still in {Path.GetFileName(file)}");
        }
        Assert.Equal(0, (await (await _service.Admin.DeleteAsync("/v1/accounts/leaving")).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("decisions").GetInt32());
        Assert.DoesNotContain("leaving", _service.Log.Text, StringComparison.Ordinal);
    }

    private static async Task<bool> HoldsAsync(string path, string text)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        return bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }

    private Task<HttpResponseMessage> MintAsync(string account) => _service.Issuer.PostAsJsonAsync("/v1/tokens", new { asset = "sample-live", account });

    private Task<JsonElement> AccountAsync(string account) => _service.GetAsync($"/v1/accounts/{Uri.EscapeDataString(account)}");

    private Task SeenAsync(string account, int sessions) => Eventually.TrueAsync(
        async () => (await AccountAsync(account)).GetProperty("sessions").EnumerateArray().Count(session => session.GetProperty("state").GetString() == "live") >= sessions,
        $"{sessions} sessions of the account are seen");
}
