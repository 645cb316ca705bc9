using System.Runtime.InteropServices;
using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <summary>Live sessions by asset, with how many share a user agent or a network: each counts once, as its main viewer.</summary>
internal sealed class AudienceCensus(AgentTexts agents)
{
    private readonly Dictionary<string, Audience> _assets = new(StringComparer.Ordinal);

    public void Add(SessionState state)
    {
        var audience = CollectionsMarshal.GetValueRefOrAddDefault(_assets, state.AssetId ?? "", out _) ??= new Audience();
        audience.Sessions++;
        var (agent, asn) = state.MainViewer;
        CollectionsMarshal.GetValueRefOrAddDefault(audience.Agents, agent, out _)++;
        CollectionsMarshal.GetValueRefOrAddDefault(audience.Networks, asn, out _)++;
    }

    /// <summary>What the breaker must know to judge a session of an asset.</summary>
    /// <param name="asset">The asset, or null for sessions of none.</param>
    /// <param name="main">The session's main viewer.</param>
    public LiveAudience Of(string? asset, ViewerText? main)
    {
        if (!_assets.TryGetValue(asset ?? "", out var audience))
            return LiveAudience.Unknown;
        var sharing = main is { UserAgent.Length: > 0 } ? audience.ByText(agents).GetValueOrDefault(main.UserAgent) : 0;
        var network = main is { Asn: > 0 } ? audience.Networks.GetValueOrDefault(main.Asn) : 0;
        return new LiveAudience(audience.Sessions, (double)sharing / audience.Sessions, (double)network / audience.Sessions);
    }

    private sealed class Audience
    {
        public readonly Dictionary<uint, int> Agents = [], Networks = [];
        public int Sessions;
        private Dictionary<string, int>? _byText;

        public Dictionary<string, int> ByText(AgentTexts agents) =>
            _byText ??= Agents.GroupBy(agent => agents.Find(agent.Key)).ToDictionary(group => group.Key, group => group.Sum(agent => agent.Value), StringComparer.Ordinal);
    }
}
