using System.Diagnostics;

namespace Portcullis;

/// <summary>Waits for what other threads do, and gives up loudly.</summary>
internal static class Poll
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Looks again and again until a condition holds; fails when it does not within 30 s.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Deadline, $"Did not happen within {Deadline.TotalSeconds} s: {what}");
            await Task.Delay(1);
        }
    }

    /// <summary>Lets a manual clock run on until a condition holds; it stands still while nobody waits for it, however slow the machine is.</summary>
    public static Task UntilAsync(ManualTime time, TimeSpan step, Func<bool> condition, string what) => UntilAsync(
        () =>
        {
            if (condition())
                return true;
            if (time.IsAwaited)
                time.Advance(step);
            return false;
        },
        what);
}
