namespace Portcullis.Notifications;

/// <summary>How one attempt at a receiver ended.</summary>
/// <param name="Status">HTTP status of the answer; null where there was none.</param>
/// <param name="Error">Why it failed, in words without addresses and URLs; null when it was delivered.</param>
/// <param name="Duration">How long it took.</param>
public sealed record PostOutcome(int? Status, string? Error, TimeSpan Duration)
{
    /// <summary>The answer by which a receiver says that it never wants to hear again.</summary>
    public const int Gone = 410;

    /// <summary>Whether the receiver took it.</summary>
    public bool IsDelivered => Error is null;

    /// <summary>The outcome of an answer: 2xx took it, everything else did not; redirects are not followed.</summary>
    public static PostOutcome Of(int status, TimeSpan duration) => new(
        status,
        status switch
        {
            >= 200 and < 300 => null,
            >= 300 and < 400 => $"answered {status}: redirects are not followed",
            Gone => "answered 410: it wants no more",
            _ => $"answered {status}",
        },
        duration);
}
