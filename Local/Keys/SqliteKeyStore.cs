using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Local.Storage;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Local.Keys;

/// <summary>Keys in SQLite, sealed under a key file that only its owner may read.</summary>
internal sealed partial class SqliteKeyStore : IKeyStore
{
    private const string AccountTagKeyId = "tag-1";

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly KeySeal _seal;
    private readonly CloudFrontKeyKind _kind;
    private readonly Lock _changing = new();
    private volatile KeySet _current;
    private volatile IReadOnlyList<CloudFrontKeyPair> _pairs;
    private volatile IReadOnlyList<CloudFrontPublicKey> _signatureKeys;

    private SqliteKeyStore(SqliteDatabase database, TimeProvider time, KeySeal seal, CloudFrontKeyKind kind, List<KeyRow> rows, KeyRing ring)
    {
        _database = database;
        _time = time;
        _seal = seal;
        _kind = kind;
        _ring = ring;
        _permit = ring.Permit([]);
        _current = ToKeySet(rows);
        _pairs = [.. rows.Where(row => row.Purpose == KeyRow.CloudFront).Select(row => row.ToKeyPair(seal))];
        _signatureKeys = [.. _pairs.Select(pair => pair.PublicKey)];
        AccountTagKey = rows.Single(row => row.Purpose == KeyRow.AccountTags).Secret(seal);
    }

    /// <summary>Called after keys were changed and stored: targets must hold them.</summary>
    public Action? Changed { get; set; }

    public KeySet Current => _current;

    public ReadOnlyMemory<byte> AccountTagKey { get; }

    public CloudFrontKeyPair? SigningPair => _pairs is [.., var newest] ? newest : null;

    public IReadOnlyList<CloudFrontPublicKey> SignatureKeys => _signatureKeys;

    /// <summary>Loads the keys; draws the first ones in a new installation.</summary>
    /// <exception cref="InvalidOperationException">There are keys but no key file, or it is the wrong one.</exception>
    public static SqliteKeyStore Open(DataFolder folder, SqliteDatabase database, TimeProvider time, CloudFrontKeyKind signingPairKind = CloudFrontKeyKind.Rsa2048)
    {
        using var connection = database.Open();
        var rows = KeyRow.All(connection);
        var seal = KeySeal.Open(folder, database.Path, rows.Count > 0);
        var now = time.GetUtcNow();
        if (rows.Count == 0)
        {
            rows = [KeyRow.Draw(seal, KeyRing.DrawKeyId(now)), KeyRow.Close(seal, AccountTagKeyId, KeyRow.AccountTags, RandomNumberGenerator.GetBytes(32))];
            using var transaction = connection.BeginTransaction();
            foreach (var row in rows)
                row.Insert(connection, now);
            KeyRingRow.Write(connection, KeyRing.Begin([rows[0].KeyId], now.ToUnixTimeSeconds(), now.ToUnixTimeSeconds(), TokenVerifier.DefaultMaxTokenLifetime));
            transaction.Commit();
        }
        try
        {
            return new SqliteKeyStore(database, time, seal, signingPairKind, rows, KeyRingRow.Read(connection) ?? Adopt(connection, rows, now.ToUnixTimeSeconds()));
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new InvalidOperationException($"The key file {KeySeal.PathIn(folder)} does not open the keys in {database.Path}; restore the one that belongs to it.", error);
        }
    }

    /// <remarks>Off the caller's thread: RSA primes take a while to find, and the database may have to be waited for.</remarks>
    public async ValueTask<CloudFrontKeyPair> EnsureSigningPairAsync(CancellationToken cancellation = default) =>
        SigningPair ?? await Task.Run(DrawSigningPair, cancellation).ConfigureAwait(false);

    public async ValueTask<KeyImport> ImportAsync(SigningKey key, bool signing, CancellationToken cancellation = default) =>
        key.Format == TokenFormat.V1
            ? await Task.Run(() => Import(key, signing), cancellation).ConfigureAwait(false)
            : throw new ArgumentException($"Key '{key.KeyId}' is of format {key.Format}; only v1 keys are imported.", nameof(key));

    public async ValueTask<bool> RemoveV1Async(string keyId, CancellationToken cancellation = default) =>
        await Task.Run(() => RemoveV1(keyId), cancellation).ConfigureAwait(false);

    public async ValueTask<bool> AssignKeyPairIdAsync(string keyPairId, CancellationToken cancellation = default) =>
        await Task.Run(() => AssignKeyPairId(keyPairId), cancellation).ConfigureAwait(false);

    private CloudFrontKeyPair DrawSigningPair()
    {
        lock (_changing)
        {
            if (SigningPair is { } drawn)
                return drawn;
            var pair = CloudFrontKeyPair.Draw(CloudFrontKeyPair.DrawKeyPairId(), _kind);
            Change(connection =>
            {
                Insert(connection, pair);
                return true;
            });
            Publish([.. _pairs, pair]);
            return pair;
        }
    }

    private KeyImport Import(SigningKey key, bool signing)
    {
        lock (_changing)
        {
            var (outcome, keys) = Change(connection =>
            {
                var row = KeyRow.Find(connection, key.KeyId);
                if (row is not null && (!row.IsV1 || !HasSecretOf(row, key)))
                    return (row.IsV1 ? KeyImport.OtherSecret : KeyImport.Taken, _current);
                if (row is null)
                    Insert(connection, key);
                if (signing)
                    KeyRow.SetV1Signing(connection, key.KeyId);
                return (row is null ? KeyImport.Added : KeyImport.Known, ToKeySet(KeyRow.All(connection)));
            });
            Publish(keys);
            return outcome;
        }
    }

    private bool RemoveV1(string keyId)
    {
        lock (_changing)
        {
            var (removed, keys) = Change(connection =>
            {
                var known = KeyRow.Find(connection, keyId) is { IsV1: true };
                if (known)
                    KeyRow.Delete(connection, keyId);
                return (known, known ? ToKeySet(KeyRow.All(connection)) : _current);
            }, forGood: true);
            Publish(keys);
            return removed;
        }
    }

    private bool AssignKeyPairId(string keyPairId)
    {
        lock (_changing)
        {
            var pair = SigningPair ?? throw new InvalidOperationException("No key pair for signed URLs and cookies has been drawn yet.");
            if (pair.KeyPairId == keyPairId)
                return true;
            var assigned = CloudFrontKeyPair.FromPkcs8(keyPairId, pair.ExportPkcs8());
            var free = Change(connection =>
            {
                var row = KeyRow.Find(connection, keyPairId);
                if (row is not null && (row.Purpose != KeyRow.CloudFront || row.ToKeyPair(_seal).PublicKey.ToPem() != pair.PublicKey.ToPem()))
                    return false;
                // An id that is taken up again becomes the newest.
                KeyRow.Delete(connection, keyPairId);
                Insert(connection, assigned);
                return true;
            });
            if (free)
                Publish([.. _pairs.Where(other => other.KeyPairId != keyPairId), assigned]);
            return free;
        }
    }

    private void Publish(KeySet keys)
    {
        var before = _current;
        _current = keys;
        // Which key signs is nothing that targets hold.
        if (!keys.VerifiesTheSameAs(before))
            Changed?.Invoke();
    }

    private void Publish(IReadOnlyList<CloudFrontKeyPair> pairs)
    {
        _signatureKeys = [.. pairs.Select(pair => pair.PublicKey)];
        _pairs = pairs;
        Changed?.Invoke();
    }

    private void Insert(SqliteConnection connection, CloudFrontKeyPair pair)
    {
        var secret = pair.ExportPkcs8();
        KeyRow.Close(_seal, pair.KeyPairId, KeyRow.CloudFront, secret).Insert(connection, _time.GetUtcNow());
        CryptographicOperations.ZeroMemory(secret);
    }

    private void Insert(SqliteConnection connection, SigningKey v1)
    {
        var (secret, _) = v1.ExportSecrets();
        KeyRow.Close(_seal, v1.KeyId, KeyRow.V1, secret).Insert(connection, _time.GetUtcNow());
        CryptographicOperations.ZeroMemory(secret);
    }

    private T Change<T>(Func<SqliteConnection, T> change, bool forGood = false)
    {
        try
        {
            using var connection = _database.Open();
            T result;
            using (var transaction = connection.BeginTransaction(deferred: false))
            {
                result = change(connection);
                transaction.Commit();
            }
            if (forGood)
                Overwrite(connection);
            return result;
        }
        catch (SqliteException error)
        {
            throw new StoreUnavailableException("The keys cannot be written now; nothing is known to be kept.", error);
        }
    }

    /// <summary>Takes deleted rows out of the file and its log as well, unless somebody reads them just now: sealed they are in any case.</summary>
    private static void Overwrite(SqliteConnection connection)
    {
        try
        {
            connection.TryEmptyLog();
        }
        catch (SqliteException)
        {
            // The change itself is on disk.
        }
    }

    private bool HasSecretOf(KeyRow row, SigningKey key) => CryptographicOperations.FixedTimeEquals(row.Secret(_seal), key.ExportSecrets().Sign);
}
