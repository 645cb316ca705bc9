using System.Text.Json;
using Portcullis.Assets;
using Portcullis.Sessions;

namespace Portcullis.Local.Sessions;

/// <summary>The detection policy and the allowed viewers that each asset's sessions are judged by. Immutable; drawn anew for each catalogue.</summary>
internal sealed class AssetPolicies
{
    private readonly DetectionPolicy _installation;
    private readonly int _allowedViewers;
    private readonly Dictionary<string, DetectionPolicy> _own = new(StringComparer.Ordinal);
    private readonly Dictionary<DetectionPolicy, string> _versions = new(ReferenceEqualityComparer.Instance);

    /// <param name="assets">The catalogue.</param>
    /// <param name="installation">The policy of assets that have none of their own, and of sessions without an asset.</param>
    /// <param name="allowedViewers">Viewers that may play a session of an unknown asset at the same time.</param>
    public AssetPolicies(AssetCatalogue assets, DetectionPolicy installation, int allowedViewers)
    {
        Assets = assets;
        _installation = installation;
        _allowedViewers = allowedViewers;
        // Policies that say the same are one, since each costs room to work in.
        var same = new Dictionary<string, DetectionPolicy>(StringComparer.Ordinal);
        foreach (var asset in assets.Assets)
        {
            if (asset.Detection is not { } policy)
                continue;
            var text = JsonSerializer.Serialize(policy);
            _own[asset.Id] = same.TryGetValue(text, out var known) ? known : same[text] = policy;
        }
        foreach (var policy in same.Values.Append(installation))
            _versions[policy] = policy.ComputeVersion();
    }

    /// <summary>The catalogue that it was drawn for.</summary>
    public AssetCatalogue Assets { get; }

    /// <summary>The detection policy of an asset; the installation's for null and for one that is gone.</summary>
    public DetectionPolicy PolicyOf(string? asset) => asset is not null && _own.TryGetValue(asset, out var own) ? own : _installation;

    /// <summary>The version of an asset's detection policy.</summary>
    public string VersionOf(string? asset) => _versions[PolicyOf(asset)];

    /// <summary>How many viewers may play a session of an asset at the same time.</summary>
    public int AllowedViewersOf(string? asset) => asset is null ? _allowedViewers : Assets.Find(asset)?.Policy.AllowedViewers ?? _allowedViewers;
}
