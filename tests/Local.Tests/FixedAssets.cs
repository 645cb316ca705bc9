using Portcullis.Assets;
using Portcullis.Engine;

namespace Portcullis.Local.Tests;

/// <summary>Assets that nobody changes.</summary>
internal sealed class FixedAssets(params IEnumerable<Asset> assets) : IAssetStore
{
    public AssetCatalogue Current { get; } = new(1, assets);

    public ValueTask<bool> PutAsync(Asset asset, CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask<bool> DeleteAsync(string id, CancellationToken cancellation) => throw new NotSupportedException();
}
