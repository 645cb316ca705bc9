namespace Portcullis.Cli.Tests;

public sealed class OperatorCommandTests
{
    [Fact]
    public async Task Status_Text_IsAnAlignedTree()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "status");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("version  0.1.0\nsessions\n  live     3\n  flagged  1\ntargets\n  name        lagMilliseconds\n  local-edge  4\n", run.Output);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("sessions")]
    [InlineData("sessions", FakeService.Sid)]
    [InlineData("assets")]
    [InlineData("assets", "sample-live")]
    [InlineData("revoke", FakeService.Sid)]
    [InlineData("revoke", "--account", "0123456789", "--until", "2030-01-01T00:00:00Z")]
    [InlineData("lift", FakeService.Sid)]
    [InlineData("accounts", "show", "customer 1")]
    [InlineData("accounts", "set", "customer 1", "--max-sessions", "3")]
    [InlineData("accounts", "erase", "customer 1", "--yes")]
    [InlineData("lift", "--asset", "sample-live", "--dry-run")]
    [InlineData("held", "list")]
    [InlineData("held", "release", "auto-held-0")]
    [InlineData("held", "drop", "--user-agent", "app/7.1")]
    [InlineData("disarm")]
    [InlineData("arm", "--reason", "all is well")]
    [InlineData("allow", "list")]
    [InlineData("allow", "add", "cidr", "192.0.2.0/24", "--owner", "support", "--reason", "a partner", "--expires", "2030-01-01T00:00:00Z")]
    [InlineData("allow", "remove", "allow_1")]
    [InlineData("keys")]
    [InlineData("keys", "remove", "old")]
    [InlineData("keys", "cloudfront")]
    [InlineData("keys", "cloudfront", "--key-pair-id", "K2JCJMDEHXQW5F")]
    [InlineData("webhooks", "list")]
    [InlineData("webhooks", "add", "https://hooks.example.com/x")]
    [InlineData("webhooks", "remove", FakeService.WebhookId)]
    [InlineData("webhooks", "rotate", FakeService.WebhookId)]
    [InlineData("webhooks", "enable", FakeService.WebhookId)]
    [InlineData("webhooks", "test", FakeService.WebhookId)]
    [InlineData("webhooks", "deliveries", FakeService.WebhookId)]
    [InlineData("webhooks", "redeliver", FakeService.WebhookId)]
    public async Task Invoke_Json_WritesOneValueAndNothingElse(params string[] arguments)
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, [.. arguments, "--json"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(System.Text.Json.JsonValueKind.Object, run.Json.ValueKind);
    }

    [Fact]
    public async Task Sessions_List_ShowsScoreAndSid()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "sessions");

        Assert.Contains(FakeService.Sid, run.Output, StringComparison.Ordinal);
        Assert.Contains("observe", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_One_ShowsItsViewers()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "sessions", FakeService.Sid);

        Assert.Matches(@"198\.51\.100\.10\s+DE\s+64496\s+3", run.Output);
    }

    [Fact]
    public async Task Sessions_Held_TellSinceWhenAndWhy()
    {
        await using var service = await FakeService.StartAsync();
        var (free, freeOne) = (await Invocation.RunAsync(service, "sessions"), await Invocation.RunAsync(service, "sessions", FakeService.Sid));
        service.Holds = true;

        var list = await Invocation.RunAsync(service, "sessions");
        var one = await Invocation.RunAsync(service, "sessions", FakeService.Sid);

        Assert.Matches($@"\sobserve\s.*\s-\s+sample-live\s+{FakeService.Sid}", free.Output);
        Assert.Matches($@"\sheld\s.*\ssince 1970-01-01 00:00:00Z: too many in a minute\s+sample-live\s+{FakeService.Sid}", list.Output);
        Assert.Contains("held since 1970-01-01 00:00:00Z (too many in a minute), id auto-held-0: asked ?", one.Output, StringComparison.Ordinal);
        Assert.Contains("portcullis held drop auto-held-0", one.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("held since", freeOne.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_Account_SendsTagReasonAndUntil()
    {
        await using var service = await FakeService.StartAsync();

        await Invocation.RunAsync(service, "revoke", "--account", "0123456789", "--reason", "resale", "--until", "2030-01-01T01:00:00+01:00");

        Assert.Equal("""/v1/revocations {"accountTag":"0123456789","reason":"resale","until":"2030-01-01T00:00:00+00:00"}""", Assert.Single(service.Posts));
    }

    [Fact]
    public async Task Accounts_Show_TellsLimitsSessionsAndBlock()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "accounts", "show", "customer/1");

        Assert.StartsWith("slots    1 of 3 (its own), when full refuse\ntokens   2 of 50\nminted   1 of 30 within a minute\nblocked  until ", run.Output, StringComparison.Ordinal);
        Assert.Contains("by anna at ", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"n12345ab\s+live\s+sample-live\s+Apple TV\s", run.Output);
    }

    [Theory]
    [InlineData("""PUT /v1/accounts/a%2Fb {"maxSessions":2,"whenFull":"endOldest"}""", "set", "a/b", "--max-sessions", "2", "--when-full", "end-oldest")]
    [InlineData("""PUT /v1/accounts/a {"maxSessions":null,"whenFull":null}""", "set", "a")]
    [InlineData("DELETE /v1/accounts/a ", "erase", "a", "--yes")]
    public async Task Accounts_Change_IsSentAsItWasSaid(string expected, params string[] arguments)
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, ["accounts", .. arguments]);

        Assert.Equal((0, expected), (run.ExitCode, Assert.Single(service.Posts)));
    }

    [Theory]
    [InlineData(FakeService.Sid)]
    [InlineData("dec-1")]
    public async Task Lift_SidOrId_LiftsTheDecision(string subject)
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "lift", subject, "--reason", "customer called");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("""/v1/revocations/dec-1/lift {"reason":"customer called"}""", Assert.Single(service.Posts));
    }

    [Fact]
    public async Task Lift_Unknown_IsRefused()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "lift", "nobody");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no revocation stands for 'nobody'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lift_ByCriteria_SendsThemAndTellsTheRequestId()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(
            service, "lift", "--from", "2030-01-01T00:00:00Z", "--to", "2030-01-01T01:00:00Z", "--asset", "match", "--detector", "pace", "--policy-version", "0123456789ab", "--source", "auto", "--actor", "detectors",
            "--user-agent", "app/7.1", "--asn", "64500", "--reason", "a wave", "--request-id", "r1");

        Assert.Equal("lifted 34 (request id r1)\n", run.Output);
        Assert.Equal(
            """/v1/revocations/lift {"filter":{"from":"2030-01-01T00:00:00+00:00","to":"2030-01-01T01:00:00+00:00","asset":"match","detector":"pace","policyVersion":"0123456789ab","source":"auto","actor":"detectors","userAgent":"app/7.1","asn":64500},"reason":"a wave","dryRun":false,"requestId":"r1"}""",
            Assert.Single(service.Posts));
    }

    [Fact]
    public async Task Lift_DryRun_SaysThatNothingWasChanged()
    {
        await using var service = await FakeService.StartAsync();

        Assert.Equal("would have lifted 12; nothing was changed\n", (await Invocation.RunAsync(service, "lift", "--source", "auto", "--dry-run")).Output);
    }

    [Fact]
    public async Task HeldList_ByCriteria_AsksForThemAndShowsWhy()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "held", "list", "--asset", "sample-live", "--user-agent", "app/7 1", "--limit", "5");

        Assert.Matches(@"auto-held-0\s+rate\s+85\s+1970-01-01 00:00:00Z\s+sample-live\s+64500\s+app/7\.1\s+asked \?state=held&limit=5&asset=sample-live&userAgent=app%2F7%201", run.Output);
    }

    [Theory]
    [InlineData("release", "released")]
    [InlineData("drop", "dropped")]
    public async Task Held_ByIds_SendsThem(string action, string done)
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "held", action, "auto-a-0", "auto-b-0", "--reason", "looked at");

        Assert.Equal($"{done} 34 (request id r1)\n", run.Output);
        Assert.Equal($$"""/v1/revocations/held/{{action}} {"ids":["auto-a-0","auto-b-0"],"reason":"looked at","dryRun":false}""", Assert.Single(service.Posts));
    }

    [Fact]
    public async Task Disarm_ThenArm_SendReasonsAndSayHowItStands()
    {
        await using var service = await FakeService.StartAsync();

        var disarmed = await Invocation.RunAsync(service, "disarm", "--reason", "a wave of wrong blocks");
        var armed = await Invocation.RunAsync(service, "arm");

        Assert.StartsWith("disarmed by night shift at ", disarmed.Output, StringComparison.Ordinal);
        Assert.Equal("armed: automatic verdicts are enforced\n", armed.Output);
        Assert.Equal(["""/v1/disarm {"reason":"a wave of wrong blocks"}""", """/v1/arm {"reason":"armed by an operator from the command line"}"""], service.Posts);
    }

    [Fact]
    public async Task Allow_AddThenRemove_SendsTheEntryAndItsId()
    {
        await using var service = await FakeService.StartAsync();

        var added = await Invocation.RunAsync(service, "allow", "add", "cidr", "192.0.2.0/24", "--owner", "support", "--reason", "a partner", "--expires", "2030-01-01T00:00:00Z");
        await Invocation.RunAsync(service, "allow", "remove", "allow_1");

        Assert.Equal("allowed cidr 192.0.2.0/24 until 1970-01-01 00:00:00Z, id allow_1\n", added.Output);
        Assert.Equal(
            ["""/v1/allow {"kind":"cidr","value":"192.0.2.0/24","owner":"support","reason":"a partner","expires":"2030-01-01T00:00:00+00:00"}""", "DELETE /v1/allow/allow_1 "],
            service.Posts);
    }
}
