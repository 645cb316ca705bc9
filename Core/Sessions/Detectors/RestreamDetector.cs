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

    /// <param name="minute">The minute.</param>
    /// <param name="steady">Minutes on end of steady fetching.</param>
    /// <param name="options">Thresholds.</param>
    public static Finding? Examine(in Minute minute, int steady, RestreamOptions options)
    {
        if (!minute.IsSteady || steady < options.LeastToolMinutes)
            return null;
        if (!minute.IsHosted)
            return minute.IsTool ? Found(minute, steady, options.ToolWeight, "by a tool", false) : null;
        return minute.IsTool || (minute is { Players: 0, IsVpn: false, IsBest: true } && steady >= options.LeastMinutes) ? Found(minute, steady, options.Weight, minute.IsTool ? "by a tool on a hosting network" : "on a hosting network", true) : null;
    }

    private static Finding Found(in Minute minute, int steady, int weight, string how, bool decisive) =>
        new(Name, weight, string.Create(CultureInfo.InvariantCulture, $"One rendition was fetched at real time for {steady} min, {how}, and nothing beside it."), steady, minute.End - 1) { IsDecisive = decisive };
}
