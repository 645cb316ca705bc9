using System.Diagnostics;

namespace Portcullis.Api.Tests.Service;

/// <summary>Waits for something to become true, with a deadline far beyond what an idle machine needs.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(10), Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Polls until the condition holds.</summary>
    /// <returns>How long that took.</returns>
    public static async Task<TimeSpan> TrueAsync(Func<Task<bool>> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Deadline, $"Not within {Deadline.TotalSeconds} s: {what}");
            await Task.Delay(Every);
        }
        return Stopwatch.GetElapsedTime(started);
    }
}
