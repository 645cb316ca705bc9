using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>Finds positions that were fetched by more viewers than allowed, close in time, while all of them play on.</summary>
/// <remarks>
/// One player fetches a position once. A change of network or a cast may double a few, but then one of the two stops; see
/// <see cref="PlayheadWindow"/> for what counts as doubled.
/// </remarks>
internal static class DoubledPositionsDetector
{
    public const string Name = "doubled-positions";

    public static Finding? Examine(in PlayheadFeatures features, int allowedViewers, DoubledPositionsOptions options)
    {
        if (features.Crowded >= options.LeastPositions)
            return Found(options.CrowdWeight, features.Crowded, string.Create(CultureInfo.InvariantCulture, $"{allowedViewers + 2} or more viewers on different networks"), features.DoubledAt, allowedViewers);
        if (features.Doubled >= options.LeastPositions)
            return Found(options.Weight, features.Doubled, string.Create(CultureInfo.InvariantCulture, $"{allowedViewers + 1} viewers on different networks that both played on"), features.DoubledAt, allowedViewers);
        if (features.Anywhere >= options.LeastPositions)
            return Found(options.HouseholdWeight, features.Anywhere, string.Create(CultureInfo.InvariantCulture, $"{allowedViewers + 1} or more viewers, most of them on one network"), features.AnywhereAt, allowedViewers);
        return null;
    }

    private static Finding Found(int weight, int positions, string who, long at, int allowedViewers) =>
        new(Name, weight, string.Create(CultureInfo.InvariantCulture, $"{positions} positions were each fetched by {who} within {PlayheadWindow.Span / 1000} s; {allowedViewers} allowed."), positions, at);
}
