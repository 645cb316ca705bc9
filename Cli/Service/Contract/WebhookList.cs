namespace Portcullis.Cli.Service.Contract;

internal sealed record WebhookList(IReadOnlyList<WebhookRecord> Webhooks);
