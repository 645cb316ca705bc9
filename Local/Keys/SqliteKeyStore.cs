using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Local.Storage;
using Portcullis.Tokens.Signed;

namespace Portcullis.Local.Keys;

/// <summary>Keys in SQLite, sealed (AES-256-GCM) under a key file that only its owner may read.</summary>
internal sealed class SqliteKeyStore : IKeyStore
{
    private const string SealFile = "seal.key", Signing = "sign", AccountTags = "tag", AccountTagKeyId = "tag-1", CloudFront = "cloudfront";
    private const int SealLength = 32;

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly byte[] _seal;
    private readonly CloudFrontKeyKind _kind;
    private readonly Lock _drawing = new();
    private volatile IReadOnlyList<CloudFrontKeyPair> _pairs;
    private volatile IReadOnlyList<CloudFrontPublicKey> _signatureKeys;

    private SqliteKeyStore(SqliteDatabase database, TimeProvider time, byte[] seal, CloudFrontKeyKind kind, KeySet current, byte[] accountTagKey, IReadOnlyList<CloudFrontKeyPair> pairs)
    {
        _database = database;
        _time = time;
        _seal = seal;
        _kind = kind;
        _pairs = pairs;
        _signatureKeys = [.. pairs.Select(pair => pair.PublicKey)];
        Current = current;
        AccountTagKey = accountTagKey;
    }

    /// <summary>Called after a key pair was drawn and stored: targets must hold its public half.</summary>
    public Action? Changed { get; set; }

    public KeySet Current { get; }

    public ReadOnlyMemory<byte> AccountTagKey { get; }

    public CloudFrontKeyPair? SigningPair => _pairs is [.., var newest] ? newest : null;

    public IReadOnlyList<CloudFrontPublicKey> SignatureKeys => _signatureKeys;

    /// <remarks>Off the caller's thread: RSA primes take a while to find, and the database may have to be waited for.</remarks>
    public async ValueTask<CloudFrontKeyPair> EnsureSigningPairAsync(CancellationToken cancellation = default) =>
        SigningPair ?? await Task.Run(DrawSigningPair, cancellation).ConfigureAwait(false);

    /// <summary>Loads the keys; draws the first ones in a new installation.</summary>
    /// <exception cref="InvalidOperationException">There are keys but no key file, or it is the wrong one.</exception>
    public static SqliteKeyStore Open(DataFolder folder, SqliteDatabase database, TimeProvider time, CloudFrontKeyKind signingPairKind = CloudFrontKeyKind.Rsa2048)
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
                Insert(connection, row.KeyId, row.Purpose, now, row.Sealed);
            transaction.Commit();
        }
        try
        {
            var keys = rows.Where(row => row.Purpose == Signing).Select(row => ToKey(row.KeyId, Unseal(seal, row.KeyId, row.Sealed))).ToList();
            var tag = rows.Single(row => row.Purpose == AccountTags);
            var pairs = rows.Where(row => row.Purpose == CloudFront).Select(row => CloudFrontKeyPair.FromPkcs8(row.KeyId, Unseal(seal, row.KeyId, row.Sealed))).ToList();
            return new SqliteKeyStore(database, time, seal, signingPairKind, new KeySet(keys[^1].KeyId, keys), Unseal(seal, tag.KeyId, tag.Sealed), pairs);
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new InvalidOperationException($"The key file {folder.PathOf(SealFile)} does not open the keys in {database.Path}; restore the one that belongs to it.", error);
        }
    }

    private CloudFrontKeyPair DrawSigningPair()
    {
        lock (_drawing)
        {
            if (SigningPair is { } drawn)
                return drawn;
            var pair = CloudFrontKeyPair.Draw(CloudFrontKeyPair.DrawKeyPairId(), _kind);
            var secret = pair.ExportPkcs8();
            using (var connection = _database.Open())
                Insert(connection, pair.KeyPairId, CloudFront, _time.GetUtcNow(), Seal(_seal, pair.KeyPairId, secret));
            CryptographicOperations.ZeroMemory(secret);
            _signatureKeys = [.. _signatureKeys, pair.PublicKey];
            _pairs = [.. _pairs, pair];
            Changed?.Invoke();
            return pair;
        }
    }

    private static void Insert(SqliteConnection connection, string keyId, string purpose, DateTimeOffset created, byte[] box) =>
        connection.Execute(
            "INSERT INTO keys (kid, purpose, created, sealed) VALUES (:kid, :purpose, :created, :sealed)",
            (":kid", keyId), (":purpose", purpose), (":created", created.ToUnixTimeSeconds()), (":sealed", box));

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
