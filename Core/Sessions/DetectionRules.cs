using System.Globalization;
using System.Numerics;
using Portcullis.Assets;
using Portcullis.Sessions.Detectors;

namespace Portcullis.Sessions;

/// <summary>What a detection policy must be like, wherever it comes from.</summary>
public static class DetectionRules
{
    private const int MaxNetworks = 2_000, MaxTools = 500, MaxToolLength = 100, LongestOverlap = 60_000, MostMinutes = 200;

    /// <summary>Checks a policy field by field.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="prefix">What stands in front of each field's name, such as <c>detection.</c>.</param>
    /// <returns>What is wrong; empty for a valid policy.</returns>
    public static IReadOnlyList<FieldError> Check(DetectionPolicy policy, string prefix = "")
    {
        var errors = new Errors(prefix);
        errors.Range("flagAt", policy.FlagAt, 1, 100);
        errors.Range("revokeAt", policy.RevokeAt, 1, 100);
        if (policy.FlagAt > policy.RevokeAt)
            errors.Add("flagAt", string.Create(CultureInfo.InvariantCulture, $"{policy.FlagAt} must not be above revokeAt, which is {policy.RevokeAt}"));
        errors.Range("sampling", policy.Sampling, 1, 100, "per cent");
        CheckPlayheads(errors, policy);
        CheckPlayers(errors, policy.IndependentPlayers);
        CheckCorroborating(errors, policy);
        CheckWholeLogs(errors, policy);
        CheckNetworks(errors, "hostingNetworks", policy.HostingNetworks);
        CheckNetworks(errors, "vpnNetworks", policy.VpnNetworks);
        CheckNetworks(errors, "relayNetworks", policy.RelayNetworks);
        CheckTools(errors, policy.ToolAgents);
        return errors.All;
    }

    private static void CheckPlayheads(Errors errors, DetectionPolicy policy)
    {
        if (errors.Has("doubledPositions", policy.DoubledPositions) is { } doubled)
        {
            errors.Range("doubledPositions.leastOverlap", doubled.LeastOverlap, 1, LongestOverlap, "ms");
            errors.Weight("doubledPositions.weight", doubled.Weight);
            errors.Range("doubledPositions.leastCrowded", doubled.LeastCrowded, 1, 100, "positions");
            errors.Weight("doubledPositions.crowdWeight", doubled.CrowdWeight);
        }
        if (errors.Has("divergingPlayheads", policy.DivergingPlayheads) is { } diverging)
        {
            errors.Range("divergingPlayheads.leastOverlap", diverging.LeastOverlap, 1, LongestOverlap, "ms");
            errors.Weight("divergingPlayheads.weight", diverging.Weight);
        }
    }

    private static void CheckPlayers(Errors errors, IndependentPlayersOptions? options)
    {
        if (errors.Has("independentPlayers", options) is not { } players)
            return;
        foreach (var (field, weight) in (ReadOnlySpan<(string, int)>)
        [
            ("apartWeight", players.ApartWeight), ("clonedWeight", players.ClonedWeight), ("rotatingWeight", players.RotatingWeight),
            ("nearWeight", players.NearWeight), ("householdWeight", players.HouseholdWeight), ("sameViewerWeight", players.SameViewerWeight),
        ])
            errors.Weight($"independentPlayers.{field}", weight);
        errors.Range("independentPlayers.leastCloned", players.LeastCloned, 1, 100, "players");
        errors.Range("independentPlayers.leastNameless", players.LeastNameless, 1, 100, "players");
        errors.Range("independentPlayers.leastMinutes", players.LeastMinutes, 1, MostMinutes, "minutes");
        errors.Range("independentPlayers.leastNearMinutes", players.LeastNearMinutes, 1, MostMinutes, "minutes");
    }

    private static void CheckCorroborating(Errors errors, DetectionPolicy policy)
    {
        if (errors.Has("concurrentViewers", policy.ConcurrentViewers) is { } viewers)
        {
            errors.Weight("concurrentViewers.weightPerHome", viewers.WeightPerHome);
            errors.Weight("concurrentViewers.maxWeight", viewers.MaxWeight);
        }
        if (errors.Has("networkSpread", policy.NetworkSpread) is { } spread)
            errors.Weight("networkSpread.weight", spread.Weight);
        if (errors.Has("clientDiversity", policy.ClientDiversity) is { } diversity)
        {
            errors.Range("clientDiversity.leastAgents", diversity.LeastAgents, 2, 100, "user agents");
            errors.Weight("clientDiversity.weight", diversity.Weight);
        }
        if (errors.Has("playerConflict", policy.PlayerConflict) is { } conflict)
            errors.Weight("playerConflict.weight", conflict.Weight);
    }

    /// <summary>The detectors that take a missing line for a request that was not made.</summary>
    private static void CheckWholeLogs(Errors errors, DetectionPolicy policy)
    {
        if (errors.Has("pace", policy.Pace) is { } pace)
        {
            errors.Range("pace.fastFrom", pace.FastFrom, 1.1, 1_000, "times real time");
            errors.Range("pace.leastMinutes", pace.LeastMinutes, 1, MostMinutes, "minutes");
            errors.Range("pace.ripFrom", pace.RipFrom, 1.1, 1_000, "times real time");
            errors.Range("pace.bulkFrom", pace.BulkFrom, 1.1, 1_000, "times real time");
            errors.Range("pace.leastBulkMinutes", pace.LeastBulkMinutes, 1, MostMinutes, "minutes");
            errors.Weight("pace.weight", pace.Weight);
            CheckSampled(errors, "pace", pace, policy.Sampling);
        }
        if (errors.Has("restream", policy.Restream) is { } restream)
        {
            errors.Range("restream.leastToolMinutes", restream.LeastToolMinutes, 1, MostMinutes, "minutes");
            errors.Range("restream.leastMinutes", restream.LeastMinutes, 1, MostMinutes, "minutes");
            errors.Weight("restream.weight", restream.Weight);
            errors.Weight("restream.toolWeight", restream.ToolWeight);
            CheckSampled(errors, "restream", restream, policy.Sampling);
        }
    }

    private static void CheckSampled(Errors errors, string detector, DetectorOptions options, int sampling)
    {
        if (options.Armed && sampling < 100)
            errors.Add($"{detector}.armed", string.Create(CultureInfo.InvariantCulture, $"must be false where sampling is {sampling}: this detector needs every line"));
    }

    private static void CheckNetworks(Errors errors, string field, IReadOnlyList<uint>? networks)
    {
        if (errors.Has(field, networks)?.Count > MaxNetworks)
            errors.Add(field, $"has {networks!.Count} entries; at most {MaxNetworks} are allowed");
    }

    private static void CheckTools(Errors errors, IReadOnlyList<string>? tools)
    {
        if (errors.Has("toolAgents", tools) is null)
            return;
        if (tools!.Count > MaxTools)
            errors.Add("toolAgents", $"has {tools.Count} entries; at most {MaxTools} are allowed");
        for (var i = 0; i < Math.Min(tools.Count, MaxTools); i++)
        {
            // Nothing would be a part of every user agent.
            if (tools[i] is not { Length: >= 2 and <= MaxToolLength })
                errors.Add($"toolAgents[{i}]", $"must be 2 to {MaxToolLength} characters");
        }
    }

    /// <summary>What is wrong so far.</summary>
    private sealed class Errors(string prefix)
    {
        public List<FieldError> All { get; } = [];

        public void Add(string field, string error) => All.Add(new FieldError(prefix + field, error));

        public T? Has<T>(string field, T? value) where T : class
        {
            if (value is null)
                Add(field, "must not be null");
            return value;
        }

        public void Weight(string field, int value) => Range(field, value, 0, 100);

        public void Range<T>(string field, T value, T least, T most, string unit = "") where T : INumber<T>
        {
            // Not a number is in no range either.
            if (!(value >= least && value <= most))
                Add(field, string.Create(CultureInfo.InvariantCulture, $"{value} must be {least} to {most}{(unit.Length == 0 ? "" : " ")}{unit}"));
        }
    }
}
