namespace Portcullis.Cli.Service.Contract;

/// <summary>A webhook with a secret that the service shows this once.</summary>
internal sealed record WebhookSecret(WebhookRecord Webhook, string Secret);
