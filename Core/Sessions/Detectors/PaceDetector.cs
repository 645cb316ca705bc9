using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>Finds a playhead that goes on far faster than anybody watches: a download of the whole title.</summary>
internal static class PaceDetector
{
    public const string Name = "pace";

    public static Finding? Examine(in Minute minute, in MinuteCounts counts, PaceOptions options) =>
        minute.Pace < options.RipFrom && counts.Fast < options.LeastMinutes ? null
        : new Finding(Name, options.Weight, string.Create(CultureInfo.InvariantCulture, $"One playhead went on at {minute.Pace:0.0} times real time for {counts.Fast} min."), counts.Fast, minute.End - 1) { IsDecisive = true };
}
