using System.Globalization;

namespace Portcullis.Local.Notifications;

/// <summary>A delivery that is due.</summary>
/// <param name="Number">Its row.</param>
/// <param name="Attempts">Attempts so far.</param>
/// <param name="Events">The JSON of its notifications, in order.</param>
internal sealed record OutboxDelivery(long Number, int Attempts, IReadOnlyList<string> Events)
{
    public string Id => IdOf(Number);

    public static string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"dlv_{number}");
}

/// <summary>What a webhook's worker does next: posts a delivery, or waits.</summary>
/// <param name="Due">The delivery to post, or null.</param>
/// <param name="WaitUntil">Without one: when there is something to do at the latest; null when only new notifications bring work.</param>
internal readonly record struct OutboxStep(OutboxDelivery? Due, DateTimeOffset? WaitUntil);
