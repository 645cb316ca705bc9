using Portcullis.Local.Notifications;
using Portcullis.Notifications;

namespace Portcullis.Local.Tests.Notifications;

public sealed class SqliteWebhookDispatchTests : WebhookDispatchTests
{
    private protected override WebhookInstallation Create(WebhookOptions options) => new SqliteWebhookInstallation(options);

    [Fact]
    public async Task Store_LockedWhileAPostEnds_ReceiverIsNotPostedToOverAndOver()
    {
        var (webhook, _) = await Installation.AddAsync(Receiver);
        var held = new TaskCompletionSource();
        Receiver.Answer = async (_, context) =>
        {
            context.Response.StatusCode = 204;
            await held.Task.WaitAsync(context.RequestAborted);
        };
        await Installation.RevokeAsync("pirate");
        await Installation.UntilAsync(() => Receiver.Posts.Count == 1, "it is posted");
        await using (Installation.Database.Lock())
        {
            held.SetResult();
            await Installation.UntilAsync(() => !Installation.Database.Writer.Health.IsHealthy, "the store fails");
        }
        await Installation.UntilAsync(() => OnlyDelivery(webhook).State == DeliveryState.Delivered, "the record is made");

        Assert.Single(Receiver.Posts);
    }
}
