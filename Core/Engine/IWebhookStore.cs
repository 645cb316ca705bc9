using Portcullis.Notifications;

namespace Portcullis.Engine;

/// <summary>Where the registrations of webhooks are kept, URL and secrets sealed.</summary>
/// <remarks>Every method but <see cref="Held"/> throws <see cref="StoreUnavailableException"/> when the store cannot be used now; the outcome of a change is then unknown.</remarks>
public interface IWebhookStore
{
    /// <summary>All webhooks, as they were known last.</summary>
    HeldWebhooks Held { get; }

    /// <summary>Takes over what other processes have changed.</summary>
    /// <returns>Whether they have changed anything.</returns>
    ValueTask<bool> RefreshAsync(CancellationToken cancellation);

    /// <summary>Adds a webhook; it begins at the end of what happened so far.</summary>
    /// <param name="held">The webhook.</param>
    /// <param name="most">Most webhooks there may be.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown.</param>
    /// <returns>False where there are as many as there may be.</returns>
    ValueTask<bool> AddAsync(HeldWebhook held, int most, CancellationToken cancellation);

    /// <summary>Removes a webhook and its deliveries.</summary>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation);

    /// <summary>Puts a new secret in front of the present one, which signs on until a time.</summary>
    /// <returns>The webhook as it is then, or null.</returns>
    ValueTask<HeldWebhook?> RotateAsync(string id, string secret, DateTimeOffset oldUntil, CancellationToken cancellation);

    /// <summary>Uses a webhook again, from the end of what happened so far; nothing changes when it is in use.</summary>
    /// <returns>The webhook as it is then, or null.</returns>
    ValueTask<HeldWebhook?> EnableAsync(string id, CancellationToken cancellation);

    /// <summary>Switches a webhook off: what was on its way to it is dead, and the others are told.</summary>
    /// <returns>The webhook as it is then; null when there is none, or when it was off already.</returns>
    ValueTask<HeldWebhook?> DisableAsync(string id, CancellationToken cancellation);
}
