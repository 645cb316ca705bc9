using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>
/// Counts the players that a session's fetches need at least, from positions and times alone: cloned user agents and a common proxy do not
/// hide them. Where they may be one home they are flagged, never revoked.
/// </summary>
internal static class IndependentPlayersDetector
{
    public const string Name = "independent-players";

    public static Finding? Examine(in Minute minute, in MinuteCounts counts, int allowed, IndependentPlayersOptions options)
    {
        if (minute.Playheads <= allowed)
            return null;
        if (minute.Apart > allowed && counts.Apart >= options.LeastMinutes)
            return Found(minute, options.ApartWeight, $"{minute.Apart} of them in different homes", true);
        var surplus = minute.Clones - allowed;
        var least = minute.ClonesAreOnePlayer == true || minute.IsHosted ? options.LeastCloned : options.LeastNameless;
        if (surplus >= least && minute.ClonesAreOnePlayer != false && counts.Cloned >= options.LeastMinutes)
            return Found(minute, options.ClonedWeight, $"{minute.Clones} of them behind one address with one user agent{(minute.ClonesAreOnePlayer == true ? " and one player id" : "")}", true);
        if (counts.Rotating >= options.LeastMinutes && minute is { Homes: >= 3, Agents: >= 3 })
            return Found(minute, options.RotatingWeight, $"with {minute.Homes} homes and {minute.Agents} user agents in turn", true);
        if (minute.NearApart && counts.Near >= options.LeastNearMinutes && counts.Mixed * 4 <= counts.Near)
            return Found(minute, options.NearWeight, "each keeping to a network of its own", true);
        return minute.Viewers > 1
            ? Found(minute, options.HouseholdWeight, "perhaps all in one home", false)
            : Found(minute, options.SameViewerWeight, "on one device, as far as its address and user agent tell", false);
    }

    private static Finding Found(in Minute minute, int weight, string who, bool decisive) =>
        new(Name, weight, string.Create(CultureInfo.InvariantCulture, $"{minute.Playheads} players of one title played side by side for most of a minute, {who}."), minute.Playheads, minute.End - 1) { IsDecisive = decisive };
}
