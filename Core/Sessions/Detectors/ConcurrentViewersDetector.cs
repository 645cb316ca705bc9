using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>Finds more homes fetching in one minute than viewers are allowed. Corroborates: dual stack, relays and bonded links are one player.</summary>
internal static class ConcurrentViewersDetector
{
    public const string Name = "concurrent-viewers";

    public static Finding? Examine(in Minute minute, int allowed, ConcurrentViewersOptions options) =>
        minute.Homes <= allowed ? null
        : new Finding(Name, Math.Min(options.WeightPerHome * (minute.Homes - allowed), options.MaxWeight), string.Create(CultureInfo.InvariantCulture, $"{minute.Homes} homes fetched in one minute; {allowed} allowed."), minute.Homes, minute.End - 1);
}
