using System.Security.Cryptography;
using System.Text;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Local.Storage;

namespace Portcullis.Local.Keys;

/// <summary>Keys in SQLite, sealed (AES-256-GCM) under a key file that only its owner may read.</summary>
internal sealed class SqliteKeyStore : IKeyStore
{
    private const string SealFile = "seal.key", Signing = "sign", AccountTags = "tag", AccountTagKeyId = "tag-1";
    private const int SealLength = 32;

    private SqliteKeyStore(KeySet current, byte[] accountTagKey)
    {
        Current = current;
        AccountTagKey = accountTagKey;
    }

    public KeySet Current { get; }

    public ReadOnlyMemory<byte> AccountTagKey { get; }

    /// <summary>Loads the keys; draws the first ones in a new installation.</summary>
    /// <exception cref="InvalidOperationException">There are keys but no key file, or it is the wrong one.</exception>
    public static SqliteKeyStore Open(DataFolder folder, SqliteDatabase database, TimeProvider time)
    {
        using var connection = database.Open();
        var rows = connection.Query("SELECT kid, purpose, sealed FROM keys ORDER BY created, kid", row => (KeyId: row.GetString(0), Purpose: row.GetString(1), Sealed: (byte[])row.GetValue(2)));
        if (folder.ReadSecret(SealFile) is not { } seal)
        {
            if (rows.Count > 0)
                throw new InvalidOperationException($"The keys in {database.Path} are sealed, and the file {folder.PathOf(SealFile)} that opens them is missing; restore it from the backup.");
            seal = RandomNumberGenerator.GetBytes(SealLength);
            folder.WriteSecret(SealFile, seal);
        }
        if (seal.Length != SealLength)
            throw new InvalidOperationException($"The key file {folder.PathOf(SealFile)} has {seal.Length} bytes and must have {SealLength}; restore it from the backup.");
        if (rows.Count == 0)
        {
            var now = time.GetUtcNow();
            var keyId = $"{now:yyyyMMdd}-{RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", 8)}";
            rows = [(keyId, Signing, Seal(seal, keyId, RandomNumberGenerator.GetBytes(64))), (AccountTagKeyId, AccountTags, Seal(seal, AccountTagKeyId, RandomNumberGenerator.GetBytes(32)))];
            using var transaction = connection.BeginTransaction();
            foreach (var row in rows)
                connection.Execute("INSERT INTO keys (kid, purpose, created, sealed) VALUES (:kid, :purpose, :created, :sealed)", (":kid", row.KeyId), (":purpose", row.Purpose), (":created", now.ToUnixTimeSeconds()), (":sealed", row.Sealed));
            transaction.Commit();
        }
        try
        {
            var keys = rows.Where(row => row.Purpose == Signing).Select(row => ToKey(row.KeyId, Unseal(seal, row.KeyId, row.Sealed))).ToList();
            var tag = rows.Single(row => row.Purpose == AccountTags);
            return new SqliteKeyStore(new KeySet(keys[^1].KeyId, keys), Unseal(seal, tag.KeyId, tag.Sealed));
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new InvalidOperationException($"The key file {folder.PathOf(SealFile)} does not open the keys in {database.Path}; restore the one that belongs to it.", error);
        }
    }

    private static SigningKey ToKey(string keyId, byte[] secrets) => new(keyId, secrets.AsSpan(0, 32), secrets.AsSpan(32));

    private static byte[] Seal(byte[] seal, string keyId, byte[] secret)
    {
        using var aes = new AesGcm(seal, 16);
        var box = new byte[12 + 16 + secret.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, 12));
        aes.Encrypt(box.AsSpan(0, 12), secret, box.AsSpan(28), box.AsSpan(12, 16), Encoding.UTF8.GetBytes(keyId));
        return box;
    }

    private static byte[] Unseal(byte[] seal, string keyId, byte[] box)
    {
        using var aes = new AesGcm(seal, 16);
        var secret = new byte[box.Length - 28];
        aes.Decrypt(box.AsSpan(0, 12), box.AsSpan(28), box.AsSpan(12, 16), secret, Encoding.UTF8.GetBytes(keyId));
        return secret;
    }
}
