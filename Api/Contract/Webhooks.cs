using Portcullis.Notifications;

namespace Portcullis.Api.Contract;

/// <summary>A webhook to add.</summary>
internal sealed record WebhookRequest
{
    /// <summary>https, or http to loopback; at most 2,048 characters.</summary>
    public required string Url { get; init; }

    /// <summary>Names of notifications, or groups such as <c>revocation.*</c>; none for all.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>What it is for; at most 200 characters.</summary>
    public string Description { get; init; } = "";
}

/// <summary>A request for a new secret.</summary>
internal sealed record WebhookSecretRequest
{
    /// <summary>How long the present secret signs as well, 0 to 604,800 seconds.</summary>
    public int OverlapSeconds { get; init; } = 86_400;
}

/// <summary>A webhook. The query of its URL, which may be a secret, is not shown.</summary>
internal sealed record WebhookResponse(string Id, string Url, IReadOnlyList<string> Events, string Description, DateTimeOffset Created, DateTimeOffset? Disabled, DateTimeOffset? OldSecretUntil)
{
    public static WebhookResponse Of(Webhook webhook) => new(
        webhook.Id, webhook.Url.GetLeftPart(UriPartial.Path) + (webhook.Url.Query.Length > 0 ? "?…" : ""), webhook.Filter.Patterns, webhook.Description, webhook.Created, webhook.Disabled,
        webhook.OldSecretUntil);
}

/// <summary>A webhook with a secret that is shown this once.</summary>
internal sealed record WebhookSecretResponse(WebhookResponse Webhook, string Secret);

internal sealed record WebhooksResponse(IReadOnlyList<WebhookResponse> Webhooks);

/// <summary>How a ping ended.</summary>
internal sealed record PingResponse(bool Delivered, int? Status, string? Error, double Milliseconds);

internal sealed record DeliveriesResponse(IReadOnlyList<WebhookDelivery> Deliveries);

internal sealed record RedeliveryResponse(int Redelivered);
