using Portcullis.Aws.Tests.Servers;
using Portcullis.Local.Notifications;
using Portcullis.Local.Tests.Notifications;

namespace Portcullis.Aws.Tests.Notifications;

public sealed class DynamoWebhookDispatchTests(DynamoServer server) : WebhookDispatchTests, IClassFixture<DynamoServer>
{
    private protected override WebhookInstallation Create(WebhookOptions options) => new DynamoWebhookInstallation(server, options);
}

public sealed class DynamoConditionNotificationTests(DynamoServer server) : ConditionNotificationTests, IClassFixture<DynamoServer>
{
    private protected override WebhookInstallation Create() => new DynamoWebhookInstallation(server, null);
}
