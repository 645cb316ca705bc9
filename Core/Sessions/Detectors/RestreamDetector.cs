using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>
/// Finds a fetcher on rented servers that takes one rendition at exactly real time, never adapts and asks for nothing beside it, for long.
/// Tools and rented servers alone prove little: without a tool's user agent it must be the best rendition from the first segment on, where a
/// player begins lower, and no VPN's exit. Needs every line: what was not logged looks as if it was not asked for.
/// </summary>
internal static class RestreamDetector
{
    public const string Name = "restream";

    public static Finding? Examine(in Minute minute, in MinuteCounts counts, RestreamOptions options)
    {
        if (!minute.IsSteady || counts.Steady < options.LeastToolMinutes)
            return null;
        if (!minute.IsHosted)
            return minute.IsTool ? Found(minute, counts, options.ToolWeight, "by a tool", false) : null;
        return minute.IsTool || (minute is { Players: 0, IsVpn: false, IsBest: true } && counts.Steady >= options.LeastMinutes) ? Found(minute, counts, options.Weight, minute.IsTool ? "by a tool on a hosting network" : "on a hosting network", true) : null;
    }

    private static Finding Found(in Minute minute, in MinuteCounts counts, int weight, string how, bool decisive) =>
        new(Name, weight, string.Create(CultureInfo.InvariantCulture, $"One rendition was fetched at real time for {counts.Steady} min, {how}, and nothing beside it."), counts.Steady, minute.End - 1) { IsDecisive = decisive };
}
