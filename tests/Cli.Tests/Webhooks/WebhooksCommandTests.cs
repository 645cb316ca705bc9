namespace Portcullis.Cli.Tests.Webhooks;

public sealed class WebhooksCommandTests
{
    private const string Id = FakeService.WebhookId;

    [Fact]
    public async Task Add_Url_SendsFilterAndPrintsTheSecretOnce()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "webhooks", "add", "https://hooks.example.com/x?key=1", "--events", "revocation.*, target.down", "--description", "billing");

        Assert.Equal((0, $"webhook  {Id}\nsecret   {FakeService.WebhookSecret}\n", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal("""/v1/webhooks {"url":"https://hooks.example.com/x?key=1","events":["revocation.*","target.down"],"description":"billing"}""", Assert.Single(service.Posts));
    }

    [Theory]
    [InlineData("webhooks")]
    [InlineData("webhooks", "add")]
    [InlineData("webhooks", "add", "http://hooks.example.com/?key=hidden")]
    [InlineData("webhooks", "add", "https://169.254.169.254/?key=hidden")]
    [InlineData("webhooks", "add", "https://hooks.example.com/?key=hidden", "--events", "ping")]
    [InlineData("webhooks", "add", "https://hooks.example.com/?key=hidden", "--events", "revocation.*,nonsense")]
    [InlineData("webhooks", "remove")]
    [InlineData("webhooks", "rotate", Id, "--overlap", "-1")]
    [InlineData("webhooks", "deliveries", Id, "--limit", "0")]
    [InlineData("webhooks", "deliveries", Id, "--state", "lost")]
    public async Task Invoke_BadUsage_Exits2AndHidesTheQuery(params string[] arguments)
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.DoesNotContain("hidden", run.Error, StringComparison.Ordinal);
        Assert.Empty(service.Posts);
    }

    [Fact]
    public async Task List_Webhooks_ShowsStateAndEvents()
    {
        await using var service = await FakeService.StartAsync();

        var run = await Invocation.RunAsync(service, "webhooks", "list");

        Assert.Matches($@"{Id}\s+on\s+https://hooks\.example\.com/x\?…\s+revocation\.\*\s+billing\nwh_gone\s+off since 1970-01-01 00:00:00Z\s+https://hooks\.example\.com/x\?…\s+all\s+billing", run.Output);
    }

    [Fact]
    public async Task Test_Webhook_ExitCodeSaysWhetherItWasTaken()
    {
        await using var service = await FakeService.StartAsync();

        var taken = await Invocation.RunAsync(service, "webhooks", "test", Id);
        var refused = await Invocation.RunAsync(service, "webhooks", "test", "wh_gone");
        var unknown = await Invocation.RunAsync(service, "webhooks", "test", "wh_unknown");

        Assert.Equal((0, "delivered: the receiver answered 204 after 13 ms\n", ""), (taken.ExitCode, taken.Output, taken.Error));
        Assert.Equal((1, "", "not delivered: it cannot be connected to\n"), (refused.ExitCode, refused.Output, refused.Error));
        Assert.Equal(1, unknown.ExitCode);
    }

    [Fact]
    public async Task Deliveries_Webhook_ShowsStatusAndNextAttempt()
    {
        await using var service = await FakeService.StartAsync();

        var all = await Invocation.RunAsync(service, "webhooks", "deliveries", Id);
        var dead = await Invocation.RunAsync(service, "webhooks", "deliveries", Id, "--state", "dead");

        Assert.Matches(@"dlv_7\s+pending\s+3\s+2\s+1970-01-01 00:00:00Z\s+503\s+1970-01-01 00:00:10Z\s+answered 503", all.Output);
        Assert.Equal("no deliveries\n", dead.Output);
    }

    [Fact]
    public async Task Rotate_RemoveEnableRedeliver_AskTheService()
    {
        await using var service = await FakeService.StartAsync();

        var rotated = await Invocation.RunAsync(service, "webhooks", "rotate", Id, "--overlap", "60");
        var removed = await Invocation.RunAsync(service, "webhooks", "remove", Id);
        var enabled = await Invocation.RunAsync(service, "webhooks", "enable", Id);
        var redelivered = await Invocation.RunAsync(service, "webhooks", "redeliver", Id);

        Assert.Contains(FakeService.WebhookSecret, rotated.Output, StringComparison.Ordinal);
        Assert.Contains("1970-01-02 00:00:00Z", rotated.Output, StringComparison.Ordinal);
        Assert.Equal(($"webhook {Id} is removed\n", $"webhook {Id} is on\n", "4 deliveries are tried again\n"), (removed.Output, enabled.Output, redelivered.Output));
        Assert.Equal([$$"""/v1/webhooks/{{Id}}/secret {"overlapSeconds":60}""", $"DELETE /v1/webhooks/{Id} ", $"/v1/webhooks/{Id}/enable ", $"/v1/webhooks/{Id}/redeliver "], service.Posts);
    }
}
