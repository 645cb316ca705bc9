using Portcullis.Keys;
using Portcullis.Notifications;

namespace Portcullis.Aws.Notifications;

/// <summary>A webhook as it is stored.</summary>
/// <param name="Patterns">What its filter was made of.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Sealed">URL and secrets under the seal; null when it is removed.</param>
/// <param name="Disabled">Since when nothing is sent to it, or null.</param>
/// <param name="Untold">What the others are to be told of its being switched off, as long as it is not in the log; or null.</param>
/// <param name="Removed">When it was removed; what remains of it is deleted later, so that nothing that was under way leaves anything behind.</param>
internal sealed record Registration(
    IReadOnlyList<string> Patterns, string Description, DateTimeOffset Created, byte[]? Sealed, DateTimeOffset? Disabled = null, Notification? Untold = null, DateTimeOffset? Removed = null)
{
    public static Registration Of(HeldWebhook held, SecretSeal seal) => new(held.Webhook.Filter.Patterns, held.Webhook.Description, held.Webhook.Created, held.Close(seal), held.Webhook.Disabled);

    /// <exception cref="System.Security.Cryptography.AuthenticationTagMismatchException">Another key, another webhook, or a changed box.</exception>
    public HeldWebhook Open(string id, SecretSeal seal) => HeldWebhook.Open(seal, Sealed!, id, new NotificationFilter(Patterns), Description, Created, Disabled);
}
