using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Tokens;

namespace Portcullis.Aws.Secrets;

/// <summary>All that the secret holds: the ring with the secrets of its keys, and the other keys. Changes make another; secrets are shared.</summary>
internal sealed class StoredKeys
{
    /// <summary>Most bytes that a secret of Secrets Manager holds.</summary>
    public const int MaxBytes = 65_536;

    private const int CurrentFormat = 1;

    /// <summary>Of this text; another is from a later version of Portcullis.</summary>
    public required int Format { get; init; }

    public required KeyRing Ring { get; init; }

    /// <summary>The keys, oldest first.</summary>
    public required IReadOnlyList<StoredKey> Keys { get; init; }

    /// <summary>The v1 key that signs, or null.</summary>
    public string? V1Signing { get; init; }

    /// <summary>The keys of a new installation.</summary>
    public static StoredKeys Draw(DateTimeOffset now)
    {
        var (keyId, seconds) = (KeyRing.DrawKeyId(now), now.ToUnixTimeSeconds());
        return new()
        {
            Format = CurrentFormat,
            Ring = KeyRing.Begin([keyId], seconds, seconds, TokenVerifier.DefaultMaxTokenLifetime),
            Keys = [StoredKey.Draw(keyId, StoredKey.V2), StoredKey.Draw("tag-1", StoredKey.AccountTags)],
        };
    }

    /// <summary>Reads the text of a secret; null where it is an empty object, which a template may put there.</summary>
    /// <param name="name">The secret's name, for messages.</param>
    /// <param name="text">Its text; no message shows anything of it.</param>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public static StoredKeys? Parse(string name, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object && !document.RootElement.EnumerateObject().Any())
                return null;
            if (document.Deserialize(StoredKeysJson.Default.StoredKeys) is { Format: CurrentFormat } keys)
                return keys;
        }
        catch (JsonException)
        {
            // The same as any other text that is not ours; what is wrong with it might quote it.
        }
        throw new InvalidOperationException($"The secret {name} does not hold keys of this version of Portcullis. Create it without a value, or with {{}}, and not with a generated password; or bring an earlier version of it back (AWSPREVIOUS).");
    }

    /// <summary>The text for the secret.</summary>
    /// <exception cref="StoreUnavailableException">It is too long; the message says what takes the room.</exception>
    public string ToText()
    {
        var text = JsonSerializer.Serialize(this, StoredKeysJson.Default.StoredKeys);
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes <= MaxBytes)
            return text;
        var parts = Keys.GroupBy(key => key.Purpose).Select(group => $"{group.Count()} of purpose {group.Key} {group.Sum(key => JsonSerializer.SerializeToUtf8Bytes(key, StoredKeysJson.Default.StoredKey).Length)}");
        throw new StoreUnavailableException(
            $"The keys would take {bytes} bytes and a secret of Secrets Manager holds {MaxBytes}; nothing was changed. Bytes by keys: {string.Join(", ", parts)}, the ring {JsonSerializer.SerializeToUtf8Bytes(Ring, StoredKeysJson.Default.KeyRing).Length}. Remove v1 keys that are not needed.");
    }

    public StoredKey? Find(string keyId) => Keys.FirstOrDefault(key => key.KeyId == keyId);

    /// <summary>After a step of the ring, with the secrets that it draws and without those that it deletes.</summary>
    public StoredKeys After(KeyRingStep step) => With(
        step.Ring,
        [.. Keys.Where(key => key.Purpose != StoredKey.V2 || !step.Delete.Contains(key.KeyId)), .. step.Draw is { } drawn ? [StoredKey.Draw(drawn, StoredKey.V2)] : Array.Empty<StoredKey>()],
        V1Signing);

    /// <summary>With a further key, the newest; one of the same id is replaced.</summary>
    public StoredKeys With(StoredKey key) => With(Ring, [.. Keys.Where(other => other.KeyId != key.KeyId), key], V1Signing);

    public StoredKeys Without(string keyId) => With(Ring, [.. Keys.Where(key => key.KeyId != keyId)], V1Signing == keyId ? null : V1Signing);

    public StoredKeys WithV1Signing(string keyId) => With(Ring, Keys, keyId);

    /// <summary>Overwrites the secrets; nothing can be done with it afterwards.</summary>
    public void Clear()
    {
        foreach (var key in Keys)
            CryptographicOperations.ZeroMemory(key.Secret);
    }

    private static StoredKeys With(KeyRing ring, IReadOnlyList<StoredKey> keys, string? v1Signing) => new() { Format = CurrentFormat, Ring = ring, Keys = keys, V1Signing = v1Signing };
}

/// <summary>How they are written and read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredKeys))]
internal sealed partial class StoredKeysJson : JsonSerializerContext;
