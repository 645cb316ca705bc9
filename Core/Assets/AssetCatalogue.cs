using System.Collections.Frozen;
using System.Text;

namespace Portcullis.Assets;

/// <summary>An immutable view of all assets, to look up by id and by the path of a request.</summary>
public sealed class AssetCatalogue
{
    /// <summary>A catalogue without assets.</summary>
    public static readonly AssetCatalogue Empty = new(0, []);

    private readonly FrozenDictionary<string, Asset> _assets;
    private readonly (byte[] Path, Asset Asset)[] _byPath;

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
                .SelectMany(asset => asset.EffectivePolicy.Paths.Select(path => (Encoding.UTF8.GetBytes(path), asset)))
                .OrderByDescending(entry => entry.Item1.Length)
                .ThenBy(entry => entry.asset.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>Grows with every change.</summary>
    public long Version { get; }

    /// <summary>All assets, in no particular order.</summary>
    public IReadOnlyCollection<Asset> Assets => _assets.Values;

    /// <summary>The asset with an id, or null.</summary>
    public Asset? Find(string id) => _assets.GetValueOrDefault(id);

    /// <summary>The asset whose longest path a request path lies under, or null. The request path is compared as it is: decoded, without dot segments.</summary>
    public Asset? FindByPath(ReadOnlySpan<byte> path)
    {
        foreach (var (prefix, asset) in _byPath)
        {
            if (path.StartsWith(prefix) && (path.Length == prefix.Length || prefix[^1] == '/' || path[prefix.Length] == '/'))
                return asset;
        }
        return null;
    }
}
