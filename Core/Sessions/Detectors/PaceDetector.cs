using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>Finds a playhead that goes on far faster than anybody watches: a download of the whole title.</summary>
internal static class PaceDetector
{
    public const string Name = "pace";

    /// <param name="minute">The minute.</param>
    /// <param name="fast">Minutes on end of fetching far above real time.</param>
    /// <param name="options">Thresholds.</param>
    public static Finding? Examine(in Minute minute, int fast, PaceOptions options) =>
        minute.Pace < options.RipFrom && fast < options.LeastMinutes ? null
        : new Finding(Name, options.Weight, string.Create(CultureInfo.InvariantCulture, $"One playhead went on at {minute.Pace:0.0} times real time for {fast} min."), fast, minute.End - 1) { IsDecisive = true };
}
