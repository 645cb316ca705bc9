using Portcullis.Notifications;

namespace Portcullis.Engine;

/// <summary>The receivers of notifications, and what is on its way to them.</summary>
public interface IWebhooks
{
    /// <summary>All webhooks, the oldest first.</summary>
    IReadOnlyList<Webhook> List();

    /// <summary>How much is on its way; at most a second old.</summary>
    WebhookCounts Counts { get; }

    /// <summary>Adds a webhook. It gets what happens from now on.</summary>
    /// <param name="url">See <see cref="WebhookAddress.Check"/>.</param>
    /// <param name="filter">Which notifications it wants.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown.</param>
    /// <returns>The webhook with its secret, which is shown this once; null when there are as many as there may be.</returns>
    ValueTask<(Webhook Webhook, string Secret)?> AddAsync(Uri url, NotificationFilter filter, string description, CancellationToken cancellation = default);

    /// <summary>Removes a webhook and everything on its way to it.</summary>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation = default);

    /// <summary>Draws a new secret; the one before signs as well until the overlap ends.</summary>
    /// <returns>The webhook with its new secret, which is shown this once; null when there is no such webhook.</returns>
    ValueTask<(Webhook Webhook, string Secret)?> RotateSecretAsync(string id, TimeSpan overlap, CancellationToken cancellation = default);

    /// <summary>Uses a webhook again that had answered 410; nothing changes when it is in use. It gets what happens from now on.</summary>
    /// <returns>The webhook; null when there is none.</returns>
    ValueTask<Webhook?> EnableAsync(string id, CancellationToken cancellation = default);

    /// <summary>Posts a ping once, at once and beside the queue.</summary>
    /// <returns>How it ended; null when there is no such webhook.</returns>
    ValueTask<PostOutcome?> PingAsync(string id, CancellationToken cancellation = default);

    /// <summary>Deliveries, the one tried last first; those never tried come before all.</summary>
    /// <param name="id">The webhook.</param>
    /// <param name="state">Only those in this state; null for all.</param>
    /// <param name="limit">At most this many.</param>
    /// <param name="cancellation">Ends the read.</param>
    ValueTask<IReadOnlyList<WebhookDelivery>> ListDeliveriesAsync(string id, DeliveryState? state, int limit, CancellationToken cancellation = default);

    /// <summary>Tries all dead deliveries again.</summary>
    /// <returns>How many; null when there is no such webhook.</returns>
    ValueTask<int?> RedeliverAsync(string id, CancellationToken cancellation = default);
}

/// <summary>How much is on its way to webhooks.</summary>
/// <param name="Endpoints">Webhooks.</param>
/// <param name="Disabled">Of those, switched off after they answered 410.</param>
/// <param name="Pending">Notifications not yet taken, over all webhooks.</param>
/// <param name="Dead">Notifications given up, over all webhooks; they are kept for 7 days.</param>
public sealed record WebhookCounts(int Endpoints, int Disabled, long Pending, long Dead);
