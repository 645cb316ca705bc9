using System.Diagnostics;

namespace Portcullis.Cli.Simulation;

/// <summary>Time since a simulation began, from a clock that never jumps.</summary>
internal sealed class SimulationClock
{
    private readonly long _origin = Stopwatch.GetTimestamp();

    /// <summary>The wall-clock time at which it began.</summary>
    public DateTimeOffset StartedAt { get; } = DateTimeOffset.UtcNow;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_origin);
}
