using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>Finds a session in several countries within one minute: nobody travels so fast. Corroborates only.</summary>
internal static class NetworkSpreadDetector
{
    public const string Name = "network-spread";

    public static Finding? Examine(in Minute minute, NetworkSpreadOptions options) =>
        minute.Countries < 2 ? null
        : new Finding(Name, options.Weight, string.Create(CultureInfo.InvariantCulture, $"{minute.Countries} countries fetched within one minute."), minute.Countries, minute.End - 1);
}
