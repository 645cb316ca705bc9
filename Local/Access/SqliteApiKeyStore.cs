using System.Collections.Immutable;
using Portcullis.Access;
using Portcullis.Engine;
using Portcullis.Local.Storage;

namespace Portcullis.Local.Access;

/// <summary>API keys in SQLite, all of them in memory by their hash.</summary>
internal sealed class SqliteApiKeyStore : IApiKeyStore
{
    private readonly GroupCommitWriter _writer;
    private volatile ImmutableDictionary<string, ApiKey> _keys;

    public SqliteApiKeyStore(SqliteDatabase database, GroupCommitWriter writer)
    {
        _writer = writer;
        using var connection = database.Open();
        _keys = connection.Query(
            "SELECT id, name, role, hash, created FROM api_keys",
            row => KeyValuePair.Create(
                Convert.ToHexString((byte[])row.GetValue(3)),
                new ApiKey(row.GetString(0), row.GetString(1), Enum.Parse<ApiRole>(row.GetString(2)), DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(4)))))
            .ToImmutableDictionary();
    }

    public ApiKey? Find(ReadOnlySpan<byte> hash) => _keys.GetValueOrDefault(Convert.ToHexString(hash));

    public IReadOnlyList<ApiKey> List() => [.. _keys.Values.OrderBy(key => key.Created).ThenBy(key => key.Id, StringComparer.Ordinal)];

    public async ValueTask AddAsync(ApiKey key, byte[] hash, CancellationToken cancellation = default)
    {
        var add = new Write<int>(
            connection => connection.Execute(
                "INSERT INTO api_keys (id, name, role, hash, created) VALUES (:id, :name, :role, :hash, :created)",
                (":id", key.Id), (":name", key.Name), (":role", key.Role.ToString()), (":hash", hash), (":created", key.Created.ToUnixTimeSeconds())),
            _ => _keys = _keys.Add(Convert.ToHexString(hash), key with { Created = DateTimeOffset.FromUnixTimeSeconds(key.Created.ToUnixTimeSeconds()) }));
        await _writer.EnqueueAsync(add, cancellation).ConfigureAwait(false);
        await add.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public async ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation = default)
    {
        var remove = new Write<bool>(
            connection => connection.Execute(
                "DELETE FROM api_keys WHERE id = :id AND (role <> :admin OR (SELECT count(*) FROM api_keys WHERE role = :admin) > 1)",
                (":id", id), (":admin", nameof(ApiRole.Admin))) == 1,
            removed => _keys = removed ? _keys.Where(entry => entry.Value.Id != id).ToImmutableDictionary() : _keys);
        await _writer.EnqueueAsync(remove, cancellation).ConfigureAwait(false);
        return await remove.Done.WaitAsync(cancellation).ConfigureAwait(false);
    }
}
