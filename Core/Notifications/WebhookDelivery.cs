namespace Portcullis.Notifications;

/// <summary>How far a delivery is.</summary>
public enum DeliveryState
{
    /// <summary>To be tried, or tried again.</summary>
    Pending = 0,

    /// <summary>The receiver answered 2xx.</summary>
    Delivered = 1,

    /// <summary>Given up; it can be asked for again.</summary>
    Dead = 2,
}

/// <summary>Up to 100 notifications on their way to one webhook in one post.</summary>
/// <param name="Id">Stands in the body and in the header <c>Portcullis-Delivery</c>, the same at each attempt.</param>
/// <param name="State">How far it is.</param>
/// <param name="Events">How many notifications it holds.</param>
/// <param name="Created">When it was put together.</param>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="LastAttempt">When the last one ended, or null.</param>
/// <param name="Status">HTTP status of the last answer; null where there was none.</param>
/// <param name="Error">Why the last attempt failed, in words; null unless it did.</param>
/// <param name="NextAttempt">When it is tried again; null unless pending.</param>
public sealed record WebhookDelivery(
    string Id, DeliveryState State, int Events, DateTimeOffset Created, int Attempts, DateTimeOffset? LastAttempt, int? Status, string? Error, DateTimeOffset? NextAttempt);
