using System.Globalization;
using Portcullis.Notifications;

namespace Portcullis.Aws.Notifications;

/// <summary>A delivery as it is stored.</summary>
/// <param name="Number">The number in the log at which it begins: whoever cuts it again after a crash cuts the same.</param>
/// <param name="Last">The number at which it ends.</param>
/// <param name="Events">How many notifications it holds.</param>
/// <param name="Created">When it was cut.</param>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="LastAttempt">When the last one ended, or null.</param>
/// <param name="Status">HTTP status of the last answer, or null.</param>
/// <param name="Error">Why the last attempt failed, or null.</param>
/// <param name="NextAttempt">When it is tried again; null unless it is open.</param>
internal sealed record StoredDelivery(
    long Number, long Last, int Events, DateTimeOffset Created, int Attempts = 0, DateTimeOffset? LastAttempt = null, int? Status = null, string? Error = null, DateTimeOffset? NextAttempt = null)
{
    /// <summary>Its id: two webhooks may lead to one receiver, so it names the webhook.</summary>
    public static string IdOf(string webhook, long number) => string.Create(CultureInfo.InvariantCulture, $"dlv_{webhook[(webhook.IndexOf('_') + 1)..]}_{number}");

    public WebhookDelivery Shown(string webhook, DeliveryState state) => new(IdOf(webhook, Number), state, Events, Created, Attempts, LastAttempt, Status, Error, NextAttempt);
}

/// <summary>How far a webhook has come in the log.</summary>
/// <param name="Position">The last number that was cut into a delivery, or that it does not want.</param>
/// <param name="Taken">How many notifications of the types it wants there were up to there.</param>
internal sealed record LogPosition(long Position, long Taken);
