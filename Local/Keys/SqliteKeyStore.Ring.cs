using System.Globalization;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Local.Storage;
using Portcullis.Tokens;

namespace Portcullis.Local.Keys;

/// <content>The ring of the v2 keys, in one transaction with their secrets.</content>
internal sealed partial class SqliteKeyStore : IKeyRingStore
{
    private readonly Dictionary<string, (byte[] Sealed, SigningKey Key)> _opened = new(StringComparer.Ordinal);
    private volatile KeyRing _ring;
    private MintPermit? _permit;

    public KeyRing Ring => _ring;

    public async ValueTask<KeyRing> ReadAsync(CancellationToken cancellation = default) => await Task.Run(Read, cancellation).ConfigureAwait(false);

    public async ValueTask<KeyRing> CommitAsync(KeyRingStep step, CancellationToken cancellation = default) =>
        await Task.Run(() => Commit(step), cancellation).ConfigureAwait(false);

    public void Permit(MintPermit? permit)
    {
        lock (_changing)
        {
            if (permit == _permit)
                return;
            _permit = permit;
            Publish(KeySet.Permitted(_permit, _current.Keys, _current.V1Signing?.KeyId));
        }
    }

    private KeyRing Read()
    {
        lock (_changing)
            return Follow(Change(connection => (KeyRingRow.Read(connection) ?? _ring, KeyRow.All(connection))));
    }

    private KeyRing Commit(KeyRingStep step)
    {
        lock (_changing)
        {
            var stored = Change(
                connection =>
                {
                    if (KeyRingRow.Read(connection) is { } other && other.Version != step.Ring.Version - 1)
                        return (other, KeyRow.All(connection));
                    KeyRingRow.Write(connection, step.Ring);
                    foreach (var keyId in step.Delete)
                        KeyRow.Delete(connection, keyId);
                    if (step.Draw is { } drawn)
                        KeyRow.Draw(_seal, drawn).Insert(connection, _time.GetUtcNow());
                    return (step.Ring, KeyRow.All(connection));
                },
                forGood: step.Delete.Count > 0);
            return Follow(stored);
        }
    }

    private KeyRing Follow((KeyRing Ring, List<KeyRow> Rows) stored)
    {
        _ring = stored.Ring;
        Publish(ToKeySet(stored.Rows));
        return stored.Ring;
    }

    private KeySet ToKeySet(List<KeyRow> rows)
    {
        // All are opened, also those that no ring names: what somebody has tampered with is not passed over.
        var opened = rows.Where(row => row.IsV1 || row.Purpose == KeyRow.V2).Select(Open).ToList();
        var live = opened.FindAll(key => key.Format == TokenFormat.V1 || _ring.Find(key.KeyId) is { State: not KeyState.Retired });
        if (_ring.Keys.FirstOrDefault(key => key.State != KeyState.Retired && !live.Exists(other => other.KeyId == key.KeyId)) is { } missing)
            throw new InvalidOperationException($"The secrets of key {missing.KeyId} are missing from {_database.Path}; restore it from the backup.");
        foreach (var gone in _opened.Keys.Where(keyId => !live.Exists(key => key.KeyId == keyId)).ToList())
            _opened.Remove(gone);
        return KeySet.Permitted(_permit, live, rows.SingleOrDefault(row => row.Purpose == KeyRow.V1Signing)?.KeyId);
    }

    /// <summary>The same key stays the same object: targets tell by that whether anything is new.</summary>
    private SigningKey Open(KeyRow row)
    {
        if (!_opened.TryGetValue(row.KeyId, out var opened) || !opened.Sealed.AsSpan().SequenceEqual(row.Sealed))
            _opened[row.KeyId] = opened = (row.Sealed, row.ToSigningKey(_seal));
        return opened.Key;
    }

    /// <summary>The ring of a database from before there were rings.</summary>
    private static KeyRing Adopt(SqliteConnection connection, List<KeyRow> rows, long now)
    {
        var keyIds = rows.Where(row => row.Purpose == KeyRow.V2).Select(row => row.KeyId).ToList();
        var since = Convert.ToInt64(connection.Scalar("SELECT created FROM keys WHERE kid = :kid", (":kid", keyIds[^1])), CultureInfo.InvariantCulture);
        var ring = KeyRing.Begin(keyIds, since, now, TokenVerifier.DefaultMaxTokenLifetime);
        KeyRingRow.Write(connection, ring);
        return ring;
    }
}
