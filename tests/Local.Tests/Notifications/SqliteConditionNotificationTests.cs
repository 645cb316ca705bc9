namespace Portcullis.Local.Tests.Notifications;

public sealed class SqliteConditionNotificationTests : ConditionNotificationTests
{
    private protected override WebhookInstallation Create() => new SqliteWebhookInstallation(null);
}
