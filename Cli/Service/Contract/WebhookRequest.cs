namespace Portcullis.Cli.Service.Contract;

internal sealed record WebhookRequest(string Url, IReadOnlyList<string> Events, string Description);
