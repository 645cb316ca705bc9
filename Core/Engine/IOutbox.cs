using Portcullis.Notifications;
using Portcullis.Revocations;

namespace Portcullis.Engine;

/// <summary>
/// Where notifications and deliveries are kept: a log of notifications, each stored once; per webhook a position in it; and the deliveries cut
/// from it there. Also how far the ledger was told, and what was told of conditions.
/// </summary>
/// <remarks>Methods throw <see cref="StoreUnavailableException"/> when the store cannot be used now; the outcome of a change is then unknown, and making it again is safe.</remarks>
public interface IOutbox
{
    /// <summary>Called when there are new notifications, or old ones to be sent again.</summary>
    Action? Appended { get; set; }

    /// <summary>The sequence of the last decision of the ledger that was told.</summary>
    ValueTask<long> ReadCursorAsync(CancellationToken cancellation);

    /// <summary>Writes what the next decisions are told as, and that they are, so that none is told twice or never.</summary>
    /// <param name="from">The cursor that they follow; nothing is written where it is another.</param>
    /// <param name="decisions">The decisions behind it, oldest first, without a gap.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask TellAsync(long from, IReadOnlyList<Decision> decisions, CancellationToken cancellation);

    /// <summary>The conditions that were raised or cleared before.</summary>
    ValueTask<IReadOnlyDictionary<string, ConditionTrigger>> ReadConditionsAsync(CancellationToken cancellation);

    /// <summary>Writes that a condition was raised or cleared, with what is told of it.</summary>
    ValueTask TurnAsync(string name, ConditionTrigger state, Notification notification, CancellationToken cancellation);

    /// <summary>Finds what is to be done for a webhook; cuts the next delivery where none is due and no young one is waited for.</summary>
    /// <remarks>For one caller at a time per webhook.</remarks>
    ValueTask<OutboxStep> NextAsync(Webhook webhook, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Writes how an attempt ended.</summary>
    /// <param name="delivery">What was posted.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="now">When.</param>
    /// <param name="wait">How long to wait before the next attempt; null where there is none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask RecordAsync(OutboxDelivery delivery, PostOutcome outcome, DateTimeOffset now, TimeSpan? wait, CancellationToken cancellation);

    /// <summary>Deliveries, the one tried last first; those never tried come before all.</summary>
    ValueTask<IReadOnlyList<WebhookDelivery>> ListDeliveriesAsync(string webhook, DeliveryState? state, int limit, CancellationToken cancellation);

    /// <summary>Tries dead deliveries again from now on; they have lost their order already and keep nothing waiting.</summary>
    /// <returns>How many.</returns>
    ValueTask<int> RedeliverAsync(string webhook, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Counts what is on its way, if anything may have changed since the last count.</summary>
    ValueTask<WebhookCounts> CountAsync(WebhookCounts last, CancellationToken cancellation);

    /// <summary>Says that the counts may have changed.</summary>
    void Touch();

    /// <summary>Deletes what nobody needs any more: deliveries done or long dead, and notifications that all webhooks are past.</summary>
    /// <returns>Whether there is more to delete.</returns>
    ValueTask<bool> SweepAsync(DateTimeOffset now, CancellationToken cancellation);
}
