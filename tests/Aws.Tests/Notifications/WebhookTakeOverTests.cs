using System.Text;
using Portcullis.Aws.Notifications;
using Portcullis.Aws.Tables;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Local.Notifications;
using Portcullis.Local.Tests.Notifications;
using Portcullis.Notifications;

namespace Portcullis.Aws.Tests.Notifications;

/// <summary>Several processes over one table, as during a deployment.</summary>
public sealed class WebhookTakeOverTests(DynamoServer server) : IClassFixture<DynamoServer>
{
    [SkippableFact]
    public async Task Lease_HolderDies_IsTakenOverAfterItsEndAndNotBefore()
    {
        await using var installation = new DynamoWebhookInstallation(server, null);
        await installation.StartAsync();
        await installation.StopAsync();
        var (first, second) = (new DynamoDeliveryLease(installation.Table, installation.Time), new DynamoDeliveryLease(installation.Table, installation.Time));

        // Stopped while it took the lease, the installation may have left one that nobody gives up.
        long? term;
        while ((term = await first.HoldAsync(default)) is null)
            installation.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await second.HoldAsync(default));
        for (var waited = 0; waited < 60; waited += 5)
        {
            installation.Time.Advance(TimeSpan.FromSeconds(5));
            Assert.Equal(term, await first.HoldAsync(default));
            Assert.Null(await second.HoldAsync(default));
        }
        // From here on the first is dead.
        var died = installation.Time.GetUtcNow();
        while (await second.HoldAsync(default) is null)
            installation.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.InRange(installation.Time.GetUtcNow() - died, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));
        Assert.Null(await first.HoldAsync(default));
        await second.ReleaseAsync();
        Assert.True(await first.HoldAsync(default) > term + 1);
    }

    [SkippableFact]
    public async Task Lease_AnswersLost_IsStillHeldByWhoTookIt()
    {
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        await using var installation = new DynamoWebhookInstallation(server, null, proxy.Url);
        await installation.StartAsync();
        proxy.Judge = (_, _) => Random.Shared.Next(3) == 0 ? Fault.AnswerLost : null;
        await using var receiver = await Receiver.StartAsync();
        var later = installation.Time.GetUtcNow() + TimeSpan.FromMinutes(2);
        await installation.UntilAsync(() => installation.Time.GetUtcNow() > later, "time passes");
        proxy.Judge = null;

        Assert.NotNull(await installation.Tables.Lease.HoldAsync(default));
    }

    [SkippableFact]
    public async Task TwoProcesses_OneStops_TheOtherGoesOnAndNothingIsPostedTwice()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var installation = new DynamoWebhookInstallation(server, new WebhookOptions());
        await installation.StartAsync();
        await installation.AddAsync(receiver);
        await using var other = await installation.OpenAnotherAsync();
        other.Start();
        for (var i = 0; i < 40; i++)
            await installation.RevokeAsync($"a{i}");
        await installation.UntilAsync(() => receiver.Ids.Count == 40, "the first process tells");
        await installation.StopAsync();
        for (var i = 0; i < 40; i++)
            await installation.RevokeAsync($"b{i}");
        await installation.UntilAsync(() => receiver.Ids.Distinct().Count() == 80, "the other process tells");
        await installation.UntilAsync(() => other.Counts.Pending == 0, "nothing is left");

        // What was under way when the first one stopped may come again, as the same delivery.
        Assert.All(receiver.Posts.GroupBy(post => post.Delivery), same => Assert.Single(same.Select(post => Convert.ToHexString(post.Body)).Distinct()));
        Assert.Equal(Enumerable.Range(1, 80), receiver.Posts.SelectMany(post => post.Events).Select(one => one.GetProperty("data").GetProperty("sequence").GetInt32()).Distinct());
        Assert.Equal(80, installation.Newest.TotalOf(NotificationTypes.All));
    }

    [SkippableFact]
    public async Task OtherProcess_AddsRotatesAndRemoves_TheOneThatDeliversFollows()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var installation = new DynamoWebhookInstallation(server, new WebhookOptions());
        await installation.StartAsync();
        await installation.UntilAsync(() => installation.Tables.Lease.HoldAsync(default).AsTask().GetAwaiter().GetResult() is not null, "it holds the lease");
        await using var other = await installation.OpenAnotherAsync();
        other.Start();

        var (webhook, secret) = (await other.AddAsync(receiver.Url, NotificationFilter.Everything, "test"))!.Value;
        await installation.UntilAsync(() => installation.Webhooks.List().Count == 1, "it is known");
        await installation.RevokeAsync("first");
        await installation.UntilAsync(() => receiver.Ids.Count == 1, "it is told");
        Assert.Equal(WebhookSignature.Sign([secret], receiver.Posts.Last().SignedAt, receiver.Posts.Last().Body), receiver.Posts.Last().Signature);

        var rotated = (await other.RotateSecretAsync(webhook.Id, TimeSpan.Zero))!.Value.Secret;
        await installation.UntilAsync(() => installation.Webhooks.List().Single().OldSecretUntil is not null, "the new secret is known");
        await installation.RevokeAsync("second");
        await installation.UntilAsync(() => receiver.Ids.Count == 2, "it is told");
        Assert.Equal(WebhookSignature.Sign([rotated], receiver.Posts.Last().SignedAt, receiver.Posts.Last().Body), receiver.Posts.Last().Signature);

        receiver.Answer = Receiver.Status(503);
        await installation.RevokeAsync("third");
        await installation.UntilAsync(() => other.Counts.Dead == 1, "it is dead", step: 50);
        receiver.Answer = Receiver.Status(204);
        Assert.Equal(1, await other.RedeliverAsync(webhook.Id));
        await installation.UntilAsync(() => receiver.Ids.Count == 3, "it is sent again");

        Assert.True(await other.RemoveAsync(webhook.Id));
        await installation.UntilAsync(() => installation.Webhooks.List().Count == 0, "it is gone");
        var later = installation.Time.GetUtcNow() + TimeSpan.FromMinutes(15);
        await installation.UntilAsync(() => installation.Time.GetUtcNow() > later && installation.Items().All(item => item[DynamoTable.Partition].S != WebhookItems.Registrations), "nothing remains of it", step: 5);
        Assert.Equal(0, installation.KeptDeliveries);
    }

    [SkippableFact]
    public async Task OtherProcess_AddsWhileTheLeaseCannotBeRenewed_TheOneThatDeliversFollows()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        await using var installation = new DynamoWebhookInstallation(server, new WebhookOptions(), proxy.Url);
        await installation.StartAsync();
        await installation.UntilAsync(() => installation.Items().Any(item => item[DynamoTable.Partition].S == WebhookItems.Lease), "it holds the lease");
        proxy.Judge = (request, body) => FaultProxy.OperationOf(request) == "PutItem" && Encoding.UTF8.GetString(body).Contains(WebhookItems.Lease, StringComparison.Ordinal) ? Fault.ServerError : null;
        await installation.UntilAsync(() => installation.Log.Any(line => line.Contains("cannot follow", StringComparison.Ordinal)), "it cannot renew it");
        var webhook = new Webhook("wh_0", receiver.Url, NotificationFilter.Everything, "test", installation.Time.GetUtcNow(), null, null);

        Assert.True(await (await installation.OpenAsync()).Webhooks.AddAsync(new HeldWebhook(webhook, WebhookSignature.DrawSecret(), null), 10, default));
        await installation.UntilAsync(() => installation.Webhooks.List().Count == 1, "it is known");
        var faults = installation.Log.Count;
        await installation.UntilAsync(() => installation.Log.Count > faults + 1, "the round in which it became known has failed");
        proxy.Judge = null;
        await installation.RevokeAsync("first");

        await installation.UntilAsync(() => receiver.Ids.Count == 1, "it is told");
    }

    [SkippableFact]
    public async Task Open_WithAnotherKey_SaysSo()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var installation = new DynamoWebhookInstallation(server, null);
        await installation.StartAsync();
        await installation.AddAsync(receiver);
        using var client = TableClient.Connect(AwsServers.ConnectTo(server.Url));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => WebhookTables.OpenAsync(client, installation.Table.Name, new byte[32], installation.Ledger, installation.Time, default));

        Assert.Contains("sealing key", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => WebhookTables.OpenAsync(client, installation.Table.Name, new byte[16], installation.Ledger, installation.Time, default));
    }
}
