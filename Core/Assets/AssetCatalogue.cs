using System.Collections.Frozen;
using System.Text;
using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Assets;

/// <summary>An immutable view of all assets, to look up by id and by the path of a request.</summary>
public sealed class AssetCatalogue
{
    /// <summary>A catalogue without assets.</summary>
    public static readonly AssetCatalogue Empty = new(0, []);

    private readonly FrozenDictionary<string, Asset> _assets;
    private readonly AssetPath[] _byPath;

    // Of all v1 policies: the longest lifetime in seconds, and the latest fixed end in epoch seconds.
    private readonly long _longestV1;
    private readonly long _latestV1;

    /// <summary>Builds the view.</summary>
    /// <param name="version">Grows with every change.</param>
    /// <param name="assets">Assets with distinct ids.</param>
    public AssetCatalogue(long version, IEnumerable<Asset> assets)
    {
        Version = version;
        _assets = assets.ToFrozenDictionary(asset => asset.Id, StringComparer.Ordinal);
        _byPath =
        [
            .. _assets.Values
                .SelectMany(AssetPath.Of)
                .OrderByDescending(entry => entry.Path.Length)
                .ThenBy(entry => entry.Asset.Id, StringComparer.Ordinal),
        ];
        foreach (var asset in _assets.Values)
        {
            if (asset.V1Policy is not { Exp: var exp } || !SmdeExpiry.TryRead(exp, 0, out var end))
                continue;
            if (SmdeExpiry.IsLifetime(exp))
                _longestV1 = Math.Max(_longestV1, end);
            else
                _latestV1 = Math.Max(_latestV1, end);
        }
    }

    /// <summary>Grows with every change.</summary>
    public long Version { get; }

    /// <summary>All assets, in no particular order.</summary>
    public IReadOnlyCollection<Asset> Assets => _assets.Values;

    /// <summary>When the last v1 token that was minted until now for any asset may end, epoch seconds; 0 without v1 policies.</summary>
    /// <param name="now">Epoch seconds.</param>
    public long LastV1Expiry(long now) => Math.Max(_longestV1 == 0 ? 0 : now + _longestV1, _latestV1);

    /// <summary>The asset with an id, or null.</summary>
    public Asset? Find(string id) => _assets.GetValueOrDefault(id);

    /// <summary>The asset whose longest path a request path lies under, or null. The request path is compared as it is: decoded, without dot segments.</summary>
    public Asset? FindByPath(ReadOnlySpan<byte> path)
    {
        foreach (var entry in _byPath)
        {
            if (entry.Admits(path))
                return entry.Asset;
        }
        return null;
    }

    /// <summary>A path that an asset's tokens admit, decoded.</summary>
    private readonly record struct AssetPath(byte[] Path, Asset Asset)
    {
        public static IEnumerable<AssetPath> Of(Asset asset)
        {
            var paths = asset.Format == TokenFormat.V1 ? asset.V1Policy!.Paths.Select(SmdePath.Unescape) : asset.EffectivePolicy.Paths;
            return paths.Select(path => new AssetPath(Encoding.UTF8.GetBytes(path), asset));
        }

        public bool Admits(ReadOnlySpan<byte> path) =>
            Asset.Format == TokenFormat.V1 ? path.StartsWith(Path) : MediaPath.IsUnder(path, Path);
    }
}
