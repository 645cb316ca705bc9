using Portcullis.Assets;

namespace Portcullis.Engine;

/// <summary>Where assets are kept.</summary>
public interface IAssetStore
{
    /// <summary>All assets, as they are durable now.</summary>
    AssetCatalogue Current { get; }

    /// <summary>Stores an asset, new or changed. Durable when the task completes.</summary>
    /// <returns>Whether the asset is new.</returns>
    ValueTask<bool> PutAsync(Asset asset, CancellationToken cancellation = default);

    /// <summary>Removes an asset. Its tokens stay valid until they expire.</summary>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> DeleteAsync(string id, CancellationToken cancellation = default);
}
