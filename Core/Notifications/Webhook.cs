namespace Portcullis.Notifications;

/// <summary>A receiver of notifications, without its secret.</summary>
/// <param name="Id"><c>wh_</c> and 12 hexadecimal digits.</param>
/// <param name="Url">Where posts go. Its query may be a secret of the receiver's.</param>
/// <param name="Filter">Which notifications it wants.</param>
/// <param name="Description">What it is for; at most 200 characters.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Disabled">Since when nothing is sent to it, because it answered 410; null while it is in use.</param>
/// <param name="OldSecretUntil">Until when the secret before the current one signs as well, or null.</param>
public sealed record Webhook(
    string Id, Uri Url, NotificationFilter Filter, string Description, DateTimeOffset Created, DateTimeOffset? Disabled, DateTimeOffset? OldSecretUntil);
