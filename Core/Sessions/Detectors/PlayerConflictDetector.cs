using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>Finds several CMCD player ids where several playheads are, too. Corroborates only.</summary>
internal static class PlayerConflictDetector
{
    public const string Name = "player-conflict";

    public static Finding? Examine(in Minute minute, int allowed, PlayerConflictOptions options) =>
        minute.Playheads <= allowed || minute.Players <= allowed ? null
        : new Finding(Name, options.Weight, string.Create(CultureInfo.InvariantCulture, $"At least {minute.Players} players named themselves (CMCD)."), minute.Players, minute.End - 1);
}
