using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>Finds a title that is fetched far faster than anybody watches, in one stretch or in any order: a download.</summary>
internal static class PaceDetector
{
    public const string Name = "pace";

    /// <param name="minute">The minute.</param>
    /// <param name="fast">Minutes on end of fetching far above real time.</param>
    /// <param name="bulk">Minutes on end of so much of it that its order tells nothing.</param>
    /// <param name="options">Thresholds.</param>
    public static Finding? Examine(in Minute minute, int fast, int bulk, PaceOptions options) =>
        minute.Pace >= options.RipFrom || fast >= options.LeastMinutes ? Found(string.Create(CultureInfo.InvariantCulture, $"A title was downloaded at {minute.Pace:0.0} times real time for {fast} min."), fast, minute, options)
        : bulk >= options.LeastBulkMinutes ? Found(string.Create(CultureInfo.InvariantCulture, $"A title was downloaded at {minute.Volume:0.0} times real time for {bulk} min, out of order."), bulk, minute, options)
        : null;

    private static Finding Found(string sentence, int minutes, in Minute minute, PaceOptions options) => new(Name, options.Weight, sentence, minutes, minute.End - 1) { IsDecisive = true };
}
