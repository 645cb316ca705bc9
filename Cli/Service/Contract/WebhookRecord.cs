namespace Portcullis.Cli.Service.Contract;

/// <summary>A webhook without its secret.</summary>
internal sealed record WebhookRecord(string Id, string Url, IReadOnlyList<string> Events, string? Description, DateTimeOffset? Disabled, DateTimeOffset? OldSecretUntil);
