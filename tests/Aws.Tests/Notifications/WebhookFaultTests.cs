using Portcullis.Aws.Tests.Servers;
using Portcullis.Local.Notifications;
using Portcullis.Local.Tests.Notifications;
using Portcullis.Notifications;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.Notifications;

/// <summary>What is between the service and its table fails at random: nothing is lost.</summary>
public sealed class WebhookFaultTests(DynamoServer server) : IClassFixture<DynamoServer>
{
    private const int Decisions = 200;

    [SkippableTheory]
    [InlineData("throttled", 1)]
    [InlineData("server error", 2)]
    [InlineData("dropped", 3)]
    [InlineData("answer lost", 4)]
    [InlineData("all of them", 5)]
    public async Task Table_FailsAtRandom_EveryDecisionIsToldUnderOneId(string kind, int seed)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        await using var installation = new DynamoWebhookInstallation(server, new WebhookOptions(), proxy.Url);
        await installation.StartAsync();
        var (webhook, _) = await installation.AddAsync(receiver);
        var (random, faults) = (new Random(seed), 0);
        proxy.Judge = (_, _) =>
        {
            lock (random)
            {
                if (random.Next(4) != 0)
                    return null;
                faults++;
                return (kind == "all of them" ? random.Next(4) : seed - 1) switch
                {
                    0 => Fault.Throttled("ProvisionedThroughputExceededException"),
                    1 => Fault.ServerError,
                    2 => Fault.Dropped,
                    _ => Fault.AnswerLost,
                };
            }
        };
        receiver.Answer = (post, context) => Receiver.Status(post.Body[^20] % 5 == 0 && post.Attempt < 3 ? 500 : 204)(post, context);
        for (var i = 0; i < Decisions; i++)
            await installation.RevokeAsync($"s{i}");
        await installation.UntilAsync(() => receiver.Ids.Distinct().Count() == Decisions, "all arrive");
        proxy.Judge = null;
        // Each in one delivery, however often that was posted.
        await installation.UntilAsync(() => installation.Deliveries(webhook, DeliveryState.Delivered, 1_000).Sum(delivery => delivery.Events) == Decisions, "all are known to have arrived");
        await installation.UntilAsync(() => installation.Webhooks.Counts.Pending == 0, "nothing is left");

        // How many there are depends on how much one write holds, and so on the machine.
        Assert.NotEqual(0, faults);
        var told = receiver.Posts.SelectMany(post => post.Events).GroupBy(one => one.GetProperty("data").GetProperty("sequence").GetInt32(), one => one.GetRawText()).ToList();
        Assert.Equal(Enumerable.Range(1, Decisions), told.Select(same => same.Key).Order());
        Assert.All(told, same => Assert.Single(same.Distinct()));
        Assert.Equal(Decisions, installation.Newest.TotalOf(NotificationTypes.All));
    }

    [SkippableFact]
    public async Task Table_GoneForMinutes_NothingIsLostAndHealthShowsIt()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        await using var installation = new DynamoWebhookInstallation(server, new WebhookOptions(), proxy.Url);
        await installation.StartAsync();
        await installation.AddAsync(receiver);
        proxy.Judge = (_, _) => Fault.Dropped;
        await installation.RevokeAsync("pirate");
        await installation.UntilAsync(() => !installation.Tables.Health.IsHealthy, "the health says so");
        var posts = receiver.Posts.Count;
        proxy.Judge = null;
        await installation.UntilAsync(() => receiver.Ids.Count == 1, "it arrives");
        await installation.UntilAsync(() => installation.Tables.Health.IsHealthy, "the health is good again");

        Assert.Equal(0, posts);
    }

    [SkippableFact]
    public async Task Condition_AnswersLost_IsToldOnce()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var proxy = await FaultProxy.StartAsync(server.Url);
        await using var installation = new DynamoWebhookInstallation(server, new WebhookOptions(), proxy.Url);
        await installation.StartAsync();
        await installation.AddAsync(receiver, "target.*");
        var writes = 0;
        proxy.Judge = (request, _) => FaultProxy.OperationOf(request) == "PutItem" && Interlocked.Increment(ref writes) % 2 == 0 ? Fault.AnswerLost : null;
        installation.Target = installation.Target with { LastError = "down" };
        await installation.UntilAsync(() => receiver.Ids.Count == 1, "it is told");
        await installation.UntilAsync(() => installation.Webhooks.Counts.Pending == 0, "it is known to be");

        Assert.Equal(1, installation.Newest.TotalOf([NotificationTypes.TargetDown]));
        Assert.Equal(["target.down"], receiver.Types.Distinct());
    }
}
