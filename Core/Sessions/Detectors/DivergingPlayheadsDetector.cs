using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>Finds two homes that play one title at different positions at the same time: no player is in two places.</summary>
internal static class DivergingPlayheadsDetector
{
    public const string Name = "diverging-playheads";

    public static Finding? Examine(in Overlap overlap, DivergingPlayheadsOptions options) =>
        overlap.Rounds == 0 || overlap.Apart == 0 || overlap.Lasted < options.LeastOverlap ? null
        : new Finding(Name, options.Weight, string.Create(CultureInfo.InvariantCulture, $"Two viewers in different homes played on side by side for {overlap.Lasted / 1000.0:0.0} s, {overlap.Apart} segments apart."), overlap.Rounds, overlap.At) { IsDecisive = true };
}
