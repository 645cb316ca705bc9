namespace Portcullis.Notifications;

/// <summary>When a failed delivery is tried again: 5 s after the first failure, doubling up to an hour, each stretched by up to a quarter; given up after 36 attempts over at least 26 hours.</summary>
public static class RetrySchedule
{
    /// <summary>Attempts before a delivery is dead.</summary>
    public const int MostAttempts = 36;

    /// <summary>After this many failures, about three minutes, a delivery steps aside: later ones are no longer kept waiting for it.</summary>
    public const int AttemptsInOrder = 6;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(5), Longest = TimeSpan.FromHours(1);

    private const double Stretch = 0.25;

    /// <summary>How long to wait after a failure, or null: the delivery is dead.</summary>
    /// <param name="failures">Attempts that have failed, from 1.</param>
    /// <param name="jitter">A random number from 0 to 1, so that receivers who failed together are not all asked again together.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public static TimeSpan? WaitAfter(int failures, double jitter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        if (jitter is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(jitter), jitter, "Must be from 0 to 1.");
        if (failures >= MostAttempts)
            return null;
        var seconds = Math.Min(First.TotalSeconds * Math.Pow(2, failures - 1), Longest.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (1 + (Stretch * jitter)));
    }
}
