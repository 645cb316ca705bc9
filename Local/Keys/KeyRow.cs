using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Portcullis.Keys;
using Portcullis.Local.Storage;
using Portcullis.Tokens.Signed;

namespace Portcullis.Local.Keys;

/// <summary>A key as it lies in the table <c>keys</c>.</summary>
/// <param name="KeyId">Its id; one id, one key, whatever its purpose.</param>
/// <param name="Purpose">One of the constants.</param>
/// <param name="Sealed">The secret under the seal.</param>
internal sealed record KeyRow(string KeyId, string Purpose, byte[] Sealed)
{
    /// <summary>A v2 key: two secrets of 32 bytes, one behind the other.</summary>
    public const string V2 = "sign";

    /// <summary>A v1 key: the secret's ASCII text.</summary>
    public const string V1 = "v1";

    /// <summary>The v1 key that signs.</summary>
    public const string V1Signing = "v1-sign";

    /// <summary>The key under account tags: 32 bytes.</summary>
    public const string AccountTags = "tag";

    /// <summary>A key pair for signed URLs and cookies: PKCS #8.</summary>
    public const string CloudFront = "cloudfront";

    public bool IsV1 => Purpose is V1 or V1Signing;

    // A v1 secret must not open as a key of another kind, whoever can write to the table.
    private string SealName => IsV1 ? $"v1:{KeyId}" : KeyId;

    public static KeyRow Close(KeySeal seal, string keyId, string purpose, ReadOnlySpan<byte> secret)
    {
        var row = new KeyRow(keyId, purpose, []);
        return row with { Sealed = seal.Close(row.SealName, secret) };
    }

    /// <summary>A new v2 key.</summary>
    public static KeyRow Draw(KeySeal seal, string keyId)
    {
        var secret = RandomNumberGenerator.GetBytes(2 * SigningKey.MinSecretLength);
        var row = Close(seal, keyId, V2, secret);
        CryptographicOperations.ZeroMemory(secret);
        return row;
    }

    /// <summary>All rows, the oldest first.</summary>
    public static List<KeyRow> All(SqliteConnection connection) => connection.Query("SELECT kid, purpose, sealed FROM keys ORDER BY rowid", Read);

    public static KeyRow? Find(SqliteConnection connection, string keyId) =>
        connection.Query("SELECT kid, purpose, sealed FROM keys WHERE kid = :kid", Read, (":kid", keyId)).SingleOrDefault();

    public void Insert(SqliteConnection connection, DateTimeOffset created) => connection.Execute(
        "INSERT INTO keys (kid, purpose, created, sealed) VALUES (:kid, :purpose, :created, :sealed)",
        (":kid", KeyId), (":purpose", Purpose), (":created", created.ToUnixTimeSeconds()), (":sealed", Sealed));

    public static void Delete(SqliteConnection connection, string keyId) => connection.Execute("DELETE FROM keys WHERE kid = :kid", (":kid", keyId));

    /// <summary>Makes a v1 key the one that signs.</summary>
    public static void SetV1Signing(SqliteConnection connection, string keyId) => connection.Execute(
        "UPDATE keys SET purpose = CASE kid WHEN :kid THEN :signing ELSE :v1 END WHERE purpose IN (:v1, :signing)",
        (":kid", keyId), (":signing", V1Signing), (":v1", V1));

    public byte[] Secret(KeySeal seal) => seal.Open(SealName, Sealed);

    public SigningKey ToSigningKey(KeySeal seal)
    {
        var secret = Secret(seal);
        return IsV1 ? SigningKey.ForV1(KeyId, Encoding.ASCII.GetString(secret)) : new SigningKey(KeyId, secret.AsSpan(0, 32), secret.AsSpan(32));
    }

    public CloudFrontKeyPair ToKeyPair(KeySeal seal) => CloudFrontKeyPair.FromPkcs8(KeyId, Secret(seal));

    private static KeyRow Read(SqliteDataReader row) => new(row.GetString(0), row.GetString(1), (byte[])row.GetValue(2));
}
