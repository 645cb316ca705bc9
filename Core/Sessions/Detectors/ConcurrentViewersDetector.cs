using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>Finds more viewers playing at the same time than the token policy allows.</summary>
/// <remarks>
/// Corroborates: several addresses at once can be one player (dual stack, relays, bonded links), so its weight alone never flags.
/// </remarks>
internal static class ConcurrentViewersDetector
{
    public const string Name = "concurrent-viewers";

    public static Finding? Examine(in PlayheadFeatures features, int allowedViewers, ConcurrentViewersOptions options)
    {
        var surplus = features.Concurrent - allowedViewers;
        if (surplus <= 0)
            return null;
        var weight = features.ConcurrentNetworks > 1
            ? Math.Min(options.Weight + ((surplus - 1) * options.WeightPerFurtherViewer), options.MaxWeight)
            : options.HouseholdWeight;
        var networks = features.ConcurrentNetworks == 1 ? "one network" : string.Create(CultureInfo.InvariantCulture, $"{features.ConcurrentNetworks} networks");
        return new Finding(Name, weight, string.Create(CultureInfo.InvariantCulture, $"{features.Concurrent} viewers on {networks} played at the same time; {allowedViewers} allowed."), features.Concurrent, features.ConcurrentAt);
    }
}
