using Portcullis.Notifications;

namespace Portcullis.Aws.Notifications;

/// <summary>What is open for a webhook and how far it is, as its worker knows it.</summary>
/// <param name="webhook">The webhook as it was then.</param>
/// <param name="position">Its position in the log.</param>
/// <param name="open">The open deliveries.</param>
/// <param name="readAt">When they were read, as a timestamp of the clock.</param>
internal sealed class OpenDeliveries(Webhook webhook, LogPosition position, IEnumerable<StoredDelivery> open, long readAt)
{
    private readonly SortedDictionary<long, StoredDelivery> _open = new(open.ToDictionary(delivery => delivery.Number));

    public long ReadAt => readAt;

    /// <summary>Whether it was read for this very registration: one that was switched off and on again goes on elsewhere in the log.</summary>
    public bool IsOf(Webhook other) => ReferenceEquals(webhook, other);

    public LogPosition Position { get; set; } = position;

    /// <summary>The newest, or null.</summary>
    public StoredDelivery? Newest => _open.Count == 0 ? null : _open.Values.Last();

    public IReadOnlyCollection<StoredDelivery> All => _open.Values;

    public void Set(StoredDelivery delivery) => _open[delivery.Number] = delivery;

    public void Remove(long number) => _open.Remove(number);
}
