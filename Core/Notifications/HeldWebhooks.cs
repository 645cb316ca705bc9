using System.Collections.Immutable;

namespace Portcullis.Notifications;

/// <summary>All webhooks. Immutable.</summary>
public sealed class HeldWebhooks
{
    /// <summary>No webhook.</summary>
    public static readonly HeldWebhooks None = new(ImmutableDictionary<string, HeldWebhook>.Empty);

    private readonly ImmutableDictionary<string, HeldWebhook> _held;

    private HeldWebhooks(ImmutableDictionary<string, HeldWebhook> held)
    {
        _held = held;
        All = [.. held.Values.OrderBy(one => one.Webhook.Created).ThenBy(one => one.Webhook.Id, StringComparer.Ordinal)];
    }

    /// <summary>All of them, the oldest first.</summary>
    public IReadOnlyList<HeldWebhook> All { get; }

    /// <summary>Whether there is any.</summary>
    public bool Any => All.Count > 0;

    /// <summary>These webhooks.</summary>
    public static HeldWebhooks Of(IEnumerable<HeldWebhook> held) => new(held.ToImmutableDictionary(one => one.Webhook.Id));

    /// <summary>The webhook with an id, or null.</summary>
    public HeldWebhook? Find(string id) => _held.GetValueOrDefault(id);

    /// <summary>Whether any webhook in use wants a notification.</summary>
    public bool IsWanted(string type) => All.Any(held => held.Webhook.Disabled is null && held.Webhook.Filter.Wants(type));

    /// <summary>With a webhook added, or put in the place of the one with its id.</summary>
    public HeldWebhooks With(HeldWebhook held) => new(_held.SetItem(held.Webhook.Id, held));

    /// <summary>Without the webhook with an id.</summary>
    public HeldWebhooks Without(string id) => new(_held.Remove(id));
}
