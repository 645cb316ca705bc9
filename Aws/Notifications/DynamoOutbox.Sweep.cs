using Portcullis.Engine;
using Portcullis.Notifications;

namespace Portcullis.Aws.Notifications;

internal sealed partial class DynamoOutbox
{
    /// <summary>After this long it is counted again, whatever this process knows of changes.</summary>
    private static readonly TimeSpan CountAgain = TimeSpan.FromSeconds(15);

    private volatile bool _changed = true;
    private long _countedAt;

    public void Touch() => _changed = true;

    public async ValueTask<WebhookCounts> CountAsync(WebhookCounts last, CancellationToken cancellation)
    {
        if (!_changed && time.GetElapsedTime(_countedAt) < CountAgain)
            return last;
        _changed = false;
        try
        {
            var all = webhooks.Held.All;
            var newest = await log.NewestAsync(cancellation).ConfigureAwait(false);
            long pending = 0, dead = 0;
            foreach (var webhook in all.Select(held => held.Webhook))
            {
                var (open, position) = await deliveries.ReadOpenAsync(webhook.Id, cancellation).ConfigureAwait(false);
                pending += open.Sum(delivery => (long)delivery.Events);
                if (webhook.Disabled is null && position is not null)
                    pending += UncutOf(webhook, newest, open, position);
                dead += (await deliveries.ListAsync(webhook.Id, DeliveryState.Dead, cancellation).ConfigureAwait(false)).Sum(delivery => (long)delivery.Events);
            }
            _countedAt = time.GetTimestamp();
            return new WebhookCounts(all.Count, all.Count(held => held.Webhook.Disabled is not null), pending, dead);
        }
        catch
        {
            _changed = true;
            throw;
        }
    }

    public async ValueTask<bool> SweepAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await webhooks.SweepAsync(now, cancellation).ConfigureAwait(false);
        var needed = long.MaxValue;
        foreach (var webhook in webhooks.Held.All.Select(held => held.Webhook))
        {
            await deliveries.SweepAsync(webhook.Id, now, cancellation).ConfigureAwait(false);
            var (open, position) = await deliveries.ReadOpenAsync(webhook.Id, cancellation).ConfigureAwait(false);
            if (webhook.Disabled is null)
                needed = Math.Min(needed, position is null ? 0 : position.Position + 1);
            needed = Math.Min(needed, open.Count == 0 ? long.MaxValue : open[0].Number);
            needed = Math.Min(needed, await deliveries.OldestAsync(webhook.Id, DeliveryState.Dead, cancellation).ConfigureAwait(false) ?? long.MaxValue);
            // Again, since a dead one that is to be sent again may have become open between the two.
            needed = Math.Min(needed, await deliveries.OldestAsync(webhook.Id, DeliveryState.Pending, cancellation).ConfigureAwait(false) ?? long.MaxValue);
        }
        return await log.SweepAsync(needed, now, cancellation).ConfigureAwait(false);
    }

    /// <summary>Notifications behind the position; a delivery that is open with the position still before it has counted already.</summary>
    private static long UncutOf(Webhook webhook, LogSegment newest, List<StoredDelivery> open, LogPosition position) =>
        Math.Max(0, newest.TotalOf(webhook.Filter.Types) - position.Taken - open.Where(delivery => delivery.Last > position.Position).Sum(delivery => (long)delivery.Events));
}
