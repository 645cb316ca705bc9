using System.Text.Json;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Local.Storage;

namespace Portcullis.Local.Assets;

/// <summary>Assets in SQLite, with the whole catalogue in memory.</summary>
internal sealed class SqliteAssetStore : IAssetStore
{
    private readonly GroupCommitWriter _writer;
    private volatile AssetCatalogue _current;

    public SqliteAssetStore(SqliteDatabase database, GroupCommitWriter writer)
    {
        _writer = writer;
        using var connection = database.Open();
        _current = new AssetCatalogue(1, connection.Query("SELECT body FROM assets", row => JsonSerializer.Deserialize<Asset>(row.GetString(0), StoredJson.Options)!));
    }

    public AssetCatalogue Current => _current;

    public async ValueTask<bool> PutAsync(Asset asset, CancellationToken cancellation = default)
    {
        var body = JsonSerializer.Serialize(asset, StoredJson.Options);
        var put = new Write<bool>(
            connection => connection.Execute("UPDATE assets SET body = :body WHERE id = :id", (":id", asset.Id), (":body", body)) == 0
                && connection.Execute("INSERT INTO assets (id, body) VALUES (:id, :body)", (":id", asset.Id), (":body", body)) == 1,
            _ => Publish(_current.Assets.Where(other => other.Id != asset.Id).Append(asset)));
        await _writer.EnqueueAsync(put, cancellation).ConfigureAwait(false);
        return await put.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public async ValueTask<bool> DeleteAsync(string id, CancellationToken cancellation = default)
    {
        var delete = new Write<bool>(
            connection => connection.Execute("DELETE FROM assets WHERE id = :id", (":id", id)) == 1,
            _ => Publish(_current.Assets.Where(other => other.Id != id)));
        await _writer.EnqueueAsync(delete, cancellation).ConfigureAwait(false);
        return await delete.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs on the writer's thread only, so changes follow one another.</summary>
    private void Publish(IEnumerable<Asset> assets) => _current = new AssetCatalogue(_current.Version + 1, assets);
}
