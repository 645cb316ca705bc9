using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Api.Problems;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Notifications;

namespace Portcullis.Api.Endpoints;

/// <summary>Receivers of notifications: who they are, and what is on its way to them. For administrators: where they lead is a matter of trust.</summary>
internal static class WebhookEndpoints
{
    private const int MaxDescription = 200, MaxEvents = 20, MaxLimit = 1000, MaxOverlap = 604_800;

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var webhooks = routes.MapGroup("/v1/webhooks").RequireAuthorization(RolePolicies.Admin);
        webhooks.MapGet("", (IWebhooks store) => new WebhooksResponse([.. store.List().Select(WebhookResponse.Of)])).WithName("ListWebhooks");
        webhooks.MapPost("", AddAsync).WithName("AddWebhook");
        webhooks.MapGet("/{id}", Get).WithName("GetWebhook");
        webhooks.MapDelete("/{id}", RemoveAsync).WithName("RemoveWebhook");
        webhooks.MapPost("/{id}/secret", RotateAsync).WithName("RotateWebhookSecret");
        webhooks.MapPost("/{id}/enable", EnableAsync).WithName("EnableWebhook");
        webhooks.MapPost("/{id}/test", TestAsync).WithName("TestWebhook");
        webhooks.MapGet("/{id}/deliveries", ListDeliveriesAsync).WithName("ListWebhookDeliveries");
        webhooks.MapPost("/{id}/redeliver", RedeliverAsync).WithName("RedeliverWebhook");
    }

    private static async Task<IResult> AddAsync(WebhookRequest request, IWebhooks webhooks, CancellationToken cancellation)
    {
        if (Check(request) is { Count: > 0 } errors)
            return Problem.Invalid(errors);
        return await webhooks.AddAsync(new Uri(request.Url), new NotificationFilter(request.Events), request.Description.Trim(), cancellation).ConfigureAwait(false) is var (webhook, secret)
            ? Results.Created($"/v1/webhooks/{webhook.Id}", new WebhookSecretResponse(WebhookResponse.Of(webhook), secret))
            : Problem.Conflict("There are as many webhooks as there may be; remove one first.");
    }

    private static IResult Get(string id, IWebhooks webhooks) =>
        webhooks.List().FirstOrDefault(webhook => webhook.Id == id) is { } webhook ? Results.Ok(WebhookResponse.Of(webhook)) : NotFound();

    private static async Task<IResult> RemoveAsync(string id, IWebhooks webhooks, CancellationToken cancellation) =>
        await webhooks.RemoveAsync(id, cancellation).ConfigureAwait(false) ? Results.NoContent() : NotFound();

    private static async Task<IResult> RotateAsync(string id, WebhookSecretRequest request, IWebhooks webhooks, CancellationToken cancellation)
    {
        if (request.OverlapSeconds is < 0 or > MaxOverlap)
            return Problem.Invalid("overlapSeconds", $"must be 0 to {MaxOverlap}");
        return await webhooks.RotateSecretAsync(id, TimeSpan.FromSeconds(request.OverlapSeconds), cancellation).ConfigureAwait(false) is var (webhook, secret)
            ? Results.Ok(new WebhookSecretResponse(WebhookResponse.Of(webhook), secret))
            : NotFound();
    }

    private static async Task<IResult> EnableAsync(string id, IWebhooks webhooks, CancellationToken cancellation) =>
        await webhooks.EnableAsync(id, cancellation).ConfigureAwait(false) is { } webhook ? Results.Ok(WebhookResponse.Of(webhook)) : NotFound();

    private static async Task<IResult> TestAsync(string id, IWebhooks webhooks, CancellationToken cancellation) =>
        await webhooks.PingAsync(id, cancellation).ConfigureAwait(false) is { } outcome
            ? Results.Ok(new PingResponse(outcome.IsDelivered, outcome.Status, outcome.Error, Math.Round(outcome.Duration.TotalMilliseconds, 1)))
            : NotFound();

    private static async Task<IResult> ListDeliveriesAsync(string id, IWebhooks webhooks, CancellationToken cancellation, string? state = null, int limit = 50)
    {
        if (limit is < 1 or > MaxLimit)
            return Problem.Invalid("limit", $"must be 1 to {MaxLimit}");
        DeliveryState? only = state switch { "pending" => DeliveryState.Pending, "delivered" => DeliveryState.Delivered, "dead" => DeliveryState.Dead, _ => null };
        if (state is not null && only is null)
            return Problem.Invalid("state", "must be 'pending', 'delivered' or 'dead'");
        return webhooks.List().Any(webhook => webhook.Id == id)
            ? Results.Ok(new DeliveriesResponse(await webhooks.ListDeliveriesAsync(id, only, limit, cancellation).ConfigureAwait(false)))
            : NotFound();
    }

    private static async Task<IResult> RedeliverAsync(string id, IWebhooks webhooks, CancellationToken cancellation) =>
        await webhooks.RedeliverAsync(id, cancellation).ConfigureAwait(false) is { } count ? Results.Ok(new RedeliveryResponse(count)) : NotFound();

    private static List<FieldError> Check(WebhookRequest request)
    {
        var errors = new List<FieldError>();
        if (WebhookAddress.Check(request.Url) is { } wrong)
            errors.Add(new("url", wrong));
        if (request.Events.Count > MaxEvents)
            errors.Add(new("events", $"must have {MaxEvents} entries at most"));
        // An entry may be null, whatever the type says.
        for (var i = 0; i < Math.Min(request.Events.Count, MaxEvents); i++)
        {
            if ((string?)request.Events[i] is not { } pattern || !NotificationFilter.IsValid(pattern))
                errors.Add(new($"events[{i}]", $"must be a group such as 'revocation.*', or one of {string.Join(", ", NotificationTypes.All.Select(type => $"'{type}'"))}"));
        }
        if (request.Description.Length > MaxDescription || request.Description.Any(char.IsControl))
            errors.Add(new("description", $"must be at most {MaxDescription} characters without control characters"));
        return errors;
    }

    private static IResult NotFound() => Problem.NotFound("There is no webhook with this id.");
}
