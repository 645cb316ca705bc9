using System.Text.Json;
using Portcullis.Engine;
using Portcullis.Keys;

namespace Portcullis.Notifications;

/// <summary>A webhook with its secrets, as the service holds it.</summary>
/// <param name="Webhook">What may be shown.</param>
/// <param name="Secret">The secret that signs.</param>
/// <param name="OldSecret">The one before it, or null.</param>
public sealed record HeldWebhook(Webhook Webhook, string Secret, string? OldSecret)
{
    /// <summary>The secrets that sign now, the newest first.</summary>
    public IEnumerable<string> SecretsAt(DateTimeOffset now) => OldSecret is not null && now < Webhook.OldSecretUntil ? [Secret, OldSecret] : [Secret];

    /// <summary>The webhook with a new secret in front of the present one, which signs on until a time.</summary>
    public HeldWebhook Rotated(string secret, DateTimeOffset oldUntil) => new(Webhook with { OldSecretUntil = oldUntil }, secret, Secret);

    /// <summary>Under the seal: the URL too, since receivers put secrets of their own into it.</summary>
    public byte[] Close(SecretSeal seal) => seal.Close(
        SealName(Webhook.Id), JsonSerializer.SerializeToUtf8Bytes(new Sealed(Webhook.Url.OriginalString, Secret, OldSecret, Webhook.OldSecretUntil), Notification.Written));

    /// <summary>Opens what <see cref="Close"/> sealed.</summary>
    /// <exception cref="System.Security.Cryptography.AuthenticationTagMismatchException">Another key, another webhook, or a changed box.</exception>
    public static HeldWebhook Open(SecretSeal seal, byte[] box, string id, NotificationFilter filter, string description, DateTimeOffset created, DateTimeOffset? disabled)
    {
        var inside = JsonSerializer.Deserialize<Sealed>(seal.Open(SealName(id), box), Notification.Written)!;
        return new HeldWebhook(new Webhook(id, new Uri(inside.Url), filter, description, created, disabled, inside.OldSecretUntil), inside.Secret, inside.OldSecret);
    }

    /// <summary>Shows the id only.</summary>
    public override string ToString() => Webhook.Id;

    private static string SealName(string id) => $"webhook:{id}";

    private sealed record Sealed(string Url, string Secret, string? OldSecret, DateTimeOffset? OldSecretUntil);
}
