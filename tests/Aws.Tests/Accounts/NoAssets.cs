using Portcullis.Assets;
using Portcullis.Engine;

namespace Portcullis.Aws.Tests.Accounts;

/// <summary>No assets, and nobody adds any.</summary>
internal sealed class NoAssets : IAssetStore
{
    public AssetCatalogue Current => AssetCatalogue.Empty;

    public ValueTask<bool> PutAsync(Asset asset, CancellationToken cancellation = default) => throw new NotSupportedException();

    public ValueTask<bool> DeleteAsync(string id, CancellationToken cancellation = default) => throw new NotSupportedException();
}
