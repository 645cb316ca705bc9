namespace Portcullis.Notifications;

/// <summary>A delivery that is due.</summary>
/// <param name="Webhook">The webhook that it is for.</param>
/// <param name="Number">Its number in the outbox.</param>
/// <param name="Id">Its id, the same at each attempt.</param>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="Events">The JSON of its notifications, in order.</param>
public sealed record OutboxDelivery(string Webhook, long Number, string Id, int Attempts, IReadOnlyList<string> Events);
