using Amazon.DynamoDBv2.Model;
using Portcullis.Aws.Tables;
using Portcullis.Notifications;

namespace Portcullis.Aws.Notifications;

/// <summary>
/// Deliveries of webhooks and their positions in the log: per webhook a partition, in it the states one behind the other. What changes its
/// state is written into the new one before it leaves the old one, so a crash in between repeats and loses nothing.
/// </summary>
/// <param name="table">The state table.</param>
internal sealed class DeliveryTable(DynamoTable table)
{
    /// <summary>Delivered ones that are kept for a look at them, per webhook.</summary>
    private const int KeptDelivered = 200;

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    // Behind all states, so that what is open and the position are read at once.
    private const string Position = "position", End = "LogEnd";

    /// <summary>The open deliveries, the oldest first, and the position; null for a webhook without.</summary>
    public async Task<(List<StoredDelivery> Open, LogPosition? Position)> ReadOpenAsync(string webhook, CancellationToken cancellation)
    {
        var open = new List<StoredDelivery>();
        LogPosition? position = null;
        await foreach (var item in table.QueryAsync(WebhookItems.DeliveriesOf(webhook), StateOf(DeliveryState.Pending), Position, cancellation: cancellation).ConfigureAwait(false))
        {
            if (item[DynamoTable.Sort].S == Position)
                position = WebhookItems.Read<LogPosition>(item);
            else
                open.Add(WebhookItems.Read<StoredDelivery>(item));
        }
        return (open, position);
    }

    /// <summary>The deliveries in a state, the oldest first.</summary>
    public async Task<List<StoredDelivery>> ListAsync(string webhook, DeliveryState state, CancellationToken cancellation)
    {
        var all = new List<StoredDelivery>();
        await foreach (var item in table.QueryAsync(WebhookItems.DeliveriesOf(webhook), StateOf(state), StateOf(state) + "~", cancellation: cancellation).ConfigureAwait(false))
            all.Add(WebhookItems.Read<StoredDelivery>(item));
        return all;
    }

    /// <summary>The number of the oldest delivery in a state, or null.</summary>
    public async Task<long?> OldestAsync(string webhook, DeliveryState state, CancellationToken cancellation)
    {
        await foreach (var item in table.QueryAsync(WebhookItems.DeliveriesOf(webhook), StateOf(state), StateOf(state) + "~", pageSize: 1, cancellation: cancellation).ConfigureAwait(false))
            return WebhookItems.Read<StoredDelivery>(item).Number;
        return null;
    }

    public async Task<StoredDelivery?> FindOpenAsync(string webhook, long number, CancellationToken cancellation) =>
        await table.FindAsync(WebhookItems.DeliveriesOf(webhook), SortOf(DeliveryState.Pending, number), cancellation).ConfigureAwait(false) is { } item ? WebhookItems.Read<StoredDelivery>(item) : null;

    /// <summary>Opens a delivery, unless one with its number is open already.</summary>
    public Task OpenAsync(string webhook, StoredDelivery delivery, CancellationToken cancellation) =>
        table.PutAsync(ItemOf(webhook, DeliveryState.Pending, delivery), DynamoTable.IsFree, null, cancellation);

    /// <summary>Writes an open delivery anew, unless it is not open any more.</summary>
    public Task ReopenAsync(string webhook, StoredDelivery delivery, CancellationToken cancellation) =>
        table.PutAsync(ItemOf(webhook, DeliveryState.Pending, delivery), $"attribute_exists({DynamoTable.Partition})", null, cancellation);

    /// <summary>Brings an open delivery into another state.</summary>
    public async Task CloseAsync(string webhook, DeliveryState state, StoredDelivery delivery, CancellationToken cancellation)
    {
        await table.PutAsync(ItemOf(webhook, state, delivery), null, null, cancellation).ConfigureAwait(false);
        // One that was dead before may still be, where a redelivery was interrupted.
        if (state == DeliveryState.Delivered && delivery.Attempts > RetrySchedule.AttemptsInOrder)
            await table.DeleteAsync(WebhookItems.DeliveriesOf(webhook), SortOf(DeliveryState.Dead, delivery.Number), cancellation).ConfigureAwait(false);
        await table.DeleteAsync(WebhookItems.DeliveriesOf(webhook), SortOf(DeliveryState.Pending, delivery.Number), cancellation).ConfigureAwait(false);
    }

    /// <summary>Brings all deliveries of a state into another one.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ShiftAsync(string webhook, DeliveryState from, DeliveryState to, Func<StoredDelivery, StoredDelivery> change, CancellationToken cancellation)
    {
        var all = await ListAsync(webhook, from, cancellation).ConfigureAwait(false);
        await table.WriteAsync(all.Select(delivery => DynamoTable.Putting(ItemOf(webhook, to, change(delivery)))), cancellation).ConfigureAwait(false);
        await DeleteAsync(webhook, from, all, cancellation).ConfigureAwait(false);
        return all.Count;
    }

    /// <summary>Sets the position.</summary>
    public Task SetPositionAsync(string webhook, LogPosition position, CancellationToken cancellation) => table.PutAsync(ItemOf(webhook, position), null, null, cancellation);

    /// <summary>Moves the position, unless it is not where it was read.</summary>
    /// <returns>Whether it was moved.</returns>
    public Task<bool> MovePositionAsync(string webhook, LogPosition from, LogPosition to, CancellationToken cancellation) =>
        table.PutAsync(ItemOf(webhook, to), $"{End} = :from", new() { [":from"] = Number.Of(from.Position) }, cancellation);

    /// <summary>Deletes everything of a webhook.</summary>
    public async Task DeleteAsync(string webhook, CancellationToken cancellation)
    {
        var partition = WebhookItems.DeliveriesOf(webhook);
        var deletions = new List<WriteRequest>();
        await foreach (var item in table.QueryAsync(partition, cancellation: cancellation).ConfigureAwait(false))
            deletions.Add(DynamoTable.Deleting(partition, item[DynamoTable.Sort].S));
        await table.WriteAsync(deletions, cancellation).ConfigureAwait(false);
    }

    /// <summary>Deletes what is done and of no interest any more, and what has been dead for long.</summary>
    public async Task SweepAsync(string webhook, DateTimeOffset now, CancellationToken cancellation)
    {
        var delivered = await ListAsync(webhook, DeliveryState.Delivered, cancellation).ConfigureAwait(false);
        await DeleteAsync(webhook, DeliveryState.Delivered, [.. delivered.SkipLast(KeptDelivered), .. delivered.TakeLast(KeptDelivered).Where(IsOld)], cancellation).ConfigureAwait(false);
        var dead = await ListAsync(webhook, DeliveryState.Dead, cancellation).ConfigureAwait(false);
        await DeleteAsync(webhook, DeliveryState.Dead, [.. dead.Where(IsOld)], cancellation).ConfigureAwait(false);

        bool IsOld(StoredDelivery delivery) => (delivery.LastAttempt ?? delivery.Created) < now - KeptFor;
    }

    private Task DeleteAsync(string webhook, DeliveryState state, List<StoredDelivery> deliveries, CancellationToken cancellation) =>
        table.WriteAsync(deliveries.Select(delivery => DynamoTable.Deleting(WebhookItems.DeliveriesOf(webhook), SortOf(state, delivery.Number))), cancellation);

    private static Dictionary<string, AttributeValue> ItemOf(string webhook, DeliveryState state, StoredDelivery delivery) =>
        WebhookItems.Item(WebhookItems.DeliveriesOf(webhook), SortOf(state, delivery.Number), delivery);

    private static Dictionary<string, AttributeValue> ItemOf(string webhook, LogPosition position)
    {
        var item = WebhookItems.Item(WebhookItems.DeliveriesOf(webhook), Position, position);
        item[End] = Number.Of(position.Position);
        return item;
    }

    private static string SortOf(DeliveryState state, long number) => StateOf(state) + Number.Sortable(number);

    private static string StateOf(DeliveryState state) => state switch
    {
        DeliveryState.Pending => "open#",
        DeliveryState.Delivered => "delivered#",
        DeliveryState.Dead => "dead#",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Is no state of a delivery."),
    };
}
