using System.Globalization;
using Portcullis.Cli.Output;

namespace Portcullis.Cli.Simulation;

/// <summary>Prints what happens with the time since the simulation began.</summary>
internal sealed class SimulationTranscript(Terminal terminal)
{
    public void Add(TimeSpan at, string text) => terminal.Line($"+{Seconds(at),8} s  {text}");

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Seconds with milliseconds for reports.</summary>
    public static double? Rounded(TimeSpan? time) => time is { } span ? Math.Round(span.TotalSeconds, 3) : null;
}
