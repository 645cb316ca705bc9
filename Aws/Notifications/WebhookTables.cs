using Amazon.DynamoDBv2;
using Portcullis.Aws.Tables;
using Portcullis.Engine;
using Portcullis.Keys;

namespace Portcullis.Aws.Notifications;

/// <summary>What webhooks need of a store, in the state table: registrations, outbox, and the lease that lets one process at a time deliver.</summary>
public sealed class WebhookTables : IHealthReporting
{
    private readonly DynamoWebhookStore _webhooks;

    private WebhookTables(DynamoWebhookStore webhooks, DynamoOutbox outbox, DynamoDeliveryLease lease)
    {
        _webhooks = webhooks;
        Outbox = outbox;
        Lease = lease;
    }

    /// <summary>The registrations.</summary>
    public IWebhookStore Webhooks => _webhooks;

    /// <summary>Notifications and deliveries.</summary>
    public IOutbox Outbox { get; }

    /// <summary>Which process delivers.</summary>
    public IDeliveryLease Lease { get; }

    /// <inheritdoc/>
    public StoreHealth Health => _webhooks.Health;

    /// <summary>Reads the webhooks.</summary>
    /// <param name="client">The client; it stays the caller's.</param>
    /// <param name="table">Name of the state table.</param>
    /// <param name="sealingKey">The key that URLs and secrets of webhooks are sealed under; 32 bytes. Without it they are lost.</param>
    /// <param name="ledger">The ledger that webhooks are told of.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the read.</param>
    /// <exception cref="ArgumentException">The sealing key has another length.</exception>
    /// <exception cref="InvalidOperationException">The sealing key does not open what is stored.</exception>
    /// <exception cref="StoreUnavailableException">The table cannot be read now.</exception>
    public static async Task<WebhookTables> OpenAsync(
        IAmazonDynamoDB client, string table, ReadOnlyMemory<byte> sealingKey, IRevocationLedger ledger, TimeProvider time, CancellationToken cancellation)
    {
        var state = new DynamoTable(client, table);
        var (deliveries, log) = (new DeliveryTable(state), new NotificationLog(state, time));
        var webhooks = await DynamoWebhookStore.OpenAsync(state, deliveries, log, ledger, new SecretSeal(sealingKey.Span), time, cancellation).ConfigureAwait(false);
        return new WebhookTables(webhooks, new DynamoOutbox(state, webhooks, log, deliveries, time), new DynamoDeliveryLease(state, time));
    }
}
