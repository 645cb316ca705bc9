using Portcullis.Engine;
using Portcullis.Local.Keys;
using Portcullis.Local.Notifications;
using Portcullis.Local.Storage;

namespace Portcullis.Local.Tests.Notifications;

/// <summary>Webhooks beside the ledger, in its database.</summary>
internal sealed class SqliteWebhookInstallation : WebhookInstallation
{
    private readonly TempFolder _folder = new();
    private readonly DataFolder _data;

    public SqliteWebhookInstallation(WebhookOptions? options)
        : base(options) => _data = DataFolder.Open(_folder.PathOf("data"));

    public override byte[] AllBytes() => Database.AllBytes();

    public override int KeptNotifications => (int)Database.Count("webhook_events");

    public override int KeptDeliveries => (int)Database.Count("webhook_deliveries");

    public override int ToldConditions => (int)Database.Count("webhook_conditions");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _data.Dispose();
        _folder.Dispose();
    }

    protected override Task<(IWebhookStore Webhooks, IOutbox Outbox, IDeliveryLease? Lease)> OpenStoresAsync()
    {
        var store = new SqliteWebhookStore(Database.Database, Database.Writer, KeySeal.Open(_data, Database.Path, inUse: false), Time);
        return Task.FromResult<(IWebhookStore, IOutbox, IDeliveryLease?)>((store, new SqliteOutbox(Database.Database, Database.Writer, store), null));
    }
}
