using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>Finds a title that is fetched far faster than anybody watches, in one stretch or in any order: a download.</summary>
internal static class PaceDetector
{
    public const string Name = "pace";

    public static Finding? Examine(in Minute minute, in MinuteCounts counts, PaceOptions options) =>
        minute.Pace >= options.RipFrom || counts.Fast >= options.LeastMinutes ? Found(string.Create(CultureInfo.InvariantCulture, $"A title was downloaded at {minute.Pace:0.0} times real time for {counts.Fast} min."), counts.Fast, minute, options)
        : counts.Bulk >= options.LeastBulkMinutes ? Found(string.Create(CultureInfo.InvariantCulture, $"A title was downloaded at {minute.Volume:0.0} times real time for {counts.Bulk} min, out of order."), counts.Bulk, minute, options)
        : null;

    private static Finding Found(string sentence, int minutes, in Minute minute, PaceOptions options) => new(Name, options.Weight, sentence, minutes, minute.End - 1) { IsDecisive = true };
}
