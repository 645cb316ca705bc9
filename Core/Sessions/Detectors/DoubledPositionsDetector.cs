using System.Globalization;

namespace Portcullis.Sessions.Detectors;

/// <summary>Finds positions fetched by more homes than allowed, close in time, while all of them go on.</summary>
/// <remarks>One player fetches a position once, over however many networks. See <see cref="PlayheadOverlap"/> for what counts.</remarks>
internal static class DoubledPositionsDetector
{
    public const string Name = "doubled-positions";

    public static Finding? Examine(in Overlap overlap, DoubledPositionsOptions options) =>
        overlap.Rounds == 0 || overlap.Apart > 0 || overlap.Lasted < options.LeastOverlap ? null
        : new Finding(Name, options.Weight, string.Create(CultureInfo.InvariantCulture, $"Two viewers in different homes fetched the same positions for {overlap.Lasted / 1000.0:0.0} s and both played on."), overlap.Rounds, overlap.At) { IsDecisive = true };

    /// <param name="crowd">What was found.</param>
    /// <param name="homes">How many homes make a crowd.</param>
    /// <param name="allowed">How many viewers are allowed.</param>
    /// <param name="options">Options.</param>
    public static Finding? Examine(in Crowd crowd, int homes, int allowed, DoubledPositionsOptions options) =>
        // One home more than allowed is less telling than two.
        crowd.Positions < (homes > allowed + 1 ? options.LeastCrowded : options.LeastCrowded * 2) ? null
        : new Finding(Name, options.CrowdWeight, string.Create(CultureInfo.InvariantCulture, $"{crowd.Positions} positions were each fetched from {homes} or more homes within {PlayheadOverlap.CrowdSpan / 1000} s; {allowed} allowed."), crowd.Positions, crowd.At) { IsDecisive = true };
}
