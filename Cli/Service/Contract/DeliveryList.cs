namespace Portcullis.Cli.Service.Contract;

internal sealed record DeliveryList(IReadOnlyList<DeliveryRecord> Deliveries);

/// <summary>A delivery on its way to a webhook.</summary>
internal sealed record DeliveryRecord(string Id, string State, int Events, int Attempts, DateTimeOffset? LastAttempt, int? Status, string? Error, DateTimeOffset? NextAttempt);
