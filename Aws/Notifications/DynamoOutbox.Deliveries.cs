using Portcullis.Notifications;

namespace Portcullis.Aws.Notifications;

internal sealed partial class DynamoOutbox
{
    /// <inheritdoc/>
    /// <remarks>
    /// A delivery is opened before the position moves behind it. Whoever comes in between, after a crash, finds it open with the position still
    /// before it and moves the position first, so nothing is cut twice.
    /// </remarks>
    public async ValueTask<OutboxStep> NextAsync(Webhook webhook, DateTimeOffset now, CancellationToken cancellation)
    {
        while (true)
        {
            if (await OpenOfAsync(webhook, cancellation).ConfigureAwait(false) is not { } known)
                return new OutboxStep(null, now + LookAgain);
            if (known.Newest is { } newest && newest.Last > known.Position.Position)
            {
                await MoveAsync(webhook.Id, known, newest.Last, newest.Events, cancellation).ConfigureAwait(false);
                continue;
            }
            if (known.All.Where(delivery => delivery.NextAttempt <= now).OrderBy(delivery => delivery.NextAttempt).ThenBy(delivery => delivery.Number).FirstOrDefault() is { } due)
            {
                var events = await EventsOfAsync(webhook, due, cancellation).ConfigureAwait(false);
                return new OutboxStep(new OutboxDelivery(webhook.Id, due.Number, StoredDelivery.IdOf(webhook.Id, due.Number), due.Attempts, events), null);
            }
            var wait = new OutboxStep(null, known.All.Select(delivery => delivery.NextAttempt).Append(now + LookAgain).Min());
            if (known.All.Any(delivery => delivery.Attempts < RetrySchedule.AttemptsInOrder))
                return wait;
            if (!await CutAsync(webhook, known, now, cancellation).ConfigureAwait(false))
                return wait;
        }
    }

    public async ValueTask RecordAsync(OutboxDelivery delivery, PostOutcome outcome, DateTimeOffset now, TimeSpan? wait, CancellationToken cancellation)
    {
        if (await deliveries.FindOpenAsync(delivery.Webhook, delivery.Number, cancellation).ConfigureAwait(false) is { } open)
        {
            var tried = open with { Attempts = delivery.Attempts + 1, LastAttempt = now, Status = outcome.Status, Error = outcome.Error, NextAttempt = outcome.IsDelivered ? null : now + wait };
            if (tried.NextAttempt is null)
            {
                await deliveries.CloseAsync(delivery.Webhook, outcome.IsDelivered ? DeliveryState.Delivered : DeliveryState.Dead, tried, cancellation).ConfigureAwait(false);
                _open.GetValueOrDefault(delivery.Webhook)?.Remove(delivery.Number);
            }
            else
            {
                await deliveries.ReopenAsync(delivery.Webhook, tried, cancellation).ConfigureAwait(false);
                _open.GetValueOrDefault(delivery.Webhook)?.Set(tried);
            }
        }
        else
        {
            // The webhook was removed or switched off meanwhile.
            _open.TryRemove(delivery.Webhook, out _);
        }
        Touch();
    }

    public async ValueTask<IReadOnlyList<WebhookDelivery>> ListDeliveriesAsync(string webhook, DeliveryState? state, int limit, CancellationToken cancellation)
    {
        var all = new List<(long Number, WebhookDelivery Shown)>();
        foreach (var one in Enum.GetValues<DeliveryState>().Where(one => state is null || state == one))
            all.AddRange((await deliveries.ListAsync(webhook, one, cancellation).ConfigureAwait(false)).Select(delivery => (delivery.Number, delivery.Shown(webhook, one))));
        // One that has just ended may still be open as well.
        return
        [
            .. all.OrderBy(one => one.Shown.State == DeliveryState.Pending).DistinctBy(one => one.Number)
                .OrderByDescending(one => one.Shown.LastAttempt ?? DateTimeOffset.MaxValue).ThenByDescending(one => one.Number).Take(limit).Select(one => one.Shown),
        ];
    }

    public async ValueTask<int> RedeliverAsync(string webhook, DateTimeOffset now, CancellationToken cancellation)
    {
        var count = await deliveries.ShiftAsync(
            webhook, DeliveryState.Dead, DeliveryState.Pending, delivery => delivery with { Attempts = RetrySchedule.AttemptsInOrder, NextAttempt = now }, cancellation).ConfigureAwait(false);
        _open.TryRemove(webhook, out _);
        Announce();
        return count;
    }

    /// <summary>Opens the next delivery, or moves on past what is not wanted.</summary>
    /// <returns>Whether there was anything behind the position.</returns>
    private async Task<bool> CutAsync(Webhook webhook, OpenDeliveries known, DateTimeOffset now, CancellationToken cancellation)
    {
        var (first, last, count) = (known.Position.Position + 1, known.Position.Position, 0);
        await foreach (var segment in log.ReadAsync(first, null, cancellation).ConfigureAwait(false))
        {
            var wanted = segment.Events.Count(one => webhook.Filter.Wants(one.Type));
            if (count > 0 && count + wanted > NotificationBatch.MostEvents)
                break;
            (last, count) = (segment.Last, count + wanted);
            if (count == NotificationBatch.MostEvents)
                break;
        }
        if (last < first)
            return false;
        if (count == 0)
        {
            await MoveAsync(webhook.Id, known, last, 0, cancellation).ConfigureAwait(false);
        }
        else
        {
            await deliveries.OpenAsync(webhook.Id, new StoredDelivery(first, last, count, now, NextAttempt: now), cancellation).ConfigureAwait(false);
            // It may have been open already, with another end.
            if (await deliveries.FindOpenAsync(webhook.Id, first, cancellation).ConfigureAwait(false) is { } open)
                known.Set(open);
            else
                _open.TryRemove(webhook.Id, out _);
        }
        Touch();
        return true;
    }

    private async Task MoveAsync(string webhook, OpenDeliveries known, long to, int taken, CancellationToken cancellation)
    {
        var moved = new LogPosition(to, known.Position.Taken + taken);
        if (await deliveries.MovePositionAsync(webhook, known.Position, moved, cancellation).ConfigureAwait(false))
            known.Position = moved;
        else
            _open.TryRemove(webhook, out _);
    }

    private async Task<List<string>> EventsOfAsync(Webhook webhook, StoredDelivery delivery, CancellationToken cancellation)
    {
        var events = new List<string>();
        await foreach (var segment in log.ReadAsync(delivery.Number, delivery.Last, cancellation).ConfigureAwait(false))
            events.AddRange(segment.Events.Where(one => webhook.Filter.Wants(one.Type)).Select(one => one.Json));
        return events;
    }

    private async Task<OpenDeliveries?> OpenOfAsync(Webhook webhook, CancellationToken cancellation)
    {
        if (_open.TryGetValue(webhook.Id, out var known) && known.IsOf(webhook) && time.GetElapsedTime(known.ReadAt) < LookAgain)
            return known;
        var readAt = time.GetTimestamp();
        var (open, position) = await deliveries.ReadOpenAsync(webhook.Id, cancellation).ConfigureAwait(false);
        _open.TryRemove(webhook.Id, out _);
        return position is null ? null : _open[webhook.Id] = new OpenDeliveries(webhook, position, open, readAt);
    }
}
