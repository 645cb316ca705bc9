using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Portcullis.Keys;
using Portcullis.Tokens.Signed;

namespace Portcullis.Aws.Secrets;

/// <summary>A key as it lies in the secret. No record: its text form would show it.</summary>
internal sealed class StoredKey
{
    /// <summary>A v2 key: two secrets of 32 bytes, one behind the other.</summary>
    public const string V2 = "v2";

    /// <summary>A v1 key: the secret's ASCII text.</summary>
    public const string V1 = "v1";

    /// <summary>The key under account tags: 32 bytes.</summary>
    public const string AccountTags = "tag";

    /// <summary>A key pair for signed URLs and cookies: PKCS #8.</summary>
    public const string CloudFront = "cloudfront";

    /// <summary>Its id; one id, one key, whatever its purpose.</summary>
    public required string KeyId { get; init; }

    /// <summary>One of the constants.</summary>
    public required string Purpose { get; init; }

    public required byte[] Secret { get; init; }

    [JsonIgnore]
    public bool IsV1 => Purpose == V1;

    /// <summary>A new key of secrets drawn.</summary>
    public static StoredKey Draw(string keyId, string purpose) =>
        new() { KeyId = keyId, Purpose = purpose, Secret = RandomNumberGenerator.GetBytes(purpose == V2 ? 2 * SigningKey.MinSecretLength : SigningKey.MinSecretLength) };

    public bool HasSecret(ReadOnlySpan<byte> secret) => CryptographicOperations.FixedTimeEquals(Secret, secret);

    public SigningKey ToSigningKey() =>
        IsV1 ? SigningKey.ForV1(KeyId, Encoding.ASCII.GetString(Secret)) : new SigningKey(KeyId, Secret.AsSpan(0, SigningKey.MinSecretLength), Secret.AsSpan(SigningKey.MinSecretLength));

    public CloudFrontKeyPair ToKeyPair() => CloudFrontKeyPair.FromPkcs8(KeyId, Secret);

    /// <summary>The id and the purpose only.</summary>
    public override string ToString() => $"{KeyId} ({Purpose})";
}
