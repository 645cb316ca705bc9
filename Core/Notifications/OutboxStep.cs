namespace Portcullis.Notifications;

/// <summary>What a webhook's worker does next: posts a delivery, or waits.</summary>
/// <param name="Due">The delivery to post, or null.</param>
/// <param name="WaitUntil">Without one: when there is something to do at the latest; null when only new notifications bring work.</param>
public readonly record struct OutboxStep(OutboxDelivery? Due, DateTimeOffset? WaitUntil);
