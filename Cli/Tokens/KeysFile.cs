using System.Buffers.Text;
using System.Text;
using Portcullis.Keys;
using Portcullis.Tokens;

namespace Portcullis.Cli.Tokens;

/// <summary>A keys file: <c>{"signing":"&lt;kid&gt;","keys":{"&lt;kid&gt;":{"format":"v2","sign":"…","bind":"…"}}}</c>.</summary>
internal sealed record KeysFile
{
    /// <value>The key id that mints; null in a file that only verifies.</value>
    public string? Signing { get; init; }

    /// <value>The keys by key id.</value>
    public required IReadOnlyDictionary<string, KeyEntry> Keys { get; init; }

    /// <param name="path">The file.</param>
    /// <param name="format">Format of the keys that name none.</param>
    /// <exception cref="FormatException">The file is missing or a field is wrong; the message names it and shows no secret.</exception>
    public static KeySet Read(string path, TokenFormat format)
    {
        var file = StrictJson.Read<KeysFile>("--keys", path);
        var keys = file.Keys.Select(key => ToKey(path, key.Key, key.Value, format)).ToList();
        if (file.Signing is { } signing && !file.Keys.ContainsKey(signing))
            throw new FormatException($"--keys {path}: signing names a key that is not among keys");
        return new KeySet(file.Signing, keys);
    }

    private static SigningKey ToKey(string path, string keyId, KeyEntry? entry, TokenFormat missing)
    {
        var field = $"--keys {path}: keys.{keyId}";
        if (!SessionId.IsValid(keyId))
            throw new FormatException($"--keys {path}: keys has a key id that is not 1 to {SigningKey.MaxKeyIdLength} characters of A-Za-z0-9_-");
        if (entry is null)
            throw new FormatException($"{field} must not be null");
        for (var i = 0; i < entry.AllowedPaths?.Count; i++)
        {
            if (entry.AllowedPaths[i] is not { } allowed || MediaPath.Normalize(Encoding.UTF8.GetBytes(allowed)) != allowed)
                throw new FormatException($"{field}.allowedPaths[{i}] must be an absolute path, decoded and without dot segments");
        }
        return (entry.Format ?? missing.ToString().ToLowerInvariant()) switch
        {
            "v2" => V2(field, keyId, entry),
            "v1" => V1(field, keyId, entry),
            _ => throw new FormatException($"{field}.format must be v2 or v1"),
        };
    }

    private static SigningKey V2(string field, string keyId, KeyEntry entry)
    {
        var sign = Secret($"{field}.sign", entry.Sign);
        var bind = Secret($"{field}.bind", entry.Bind ?? throw new FormatException($"{field}.bind is required in a v2 key"));
        if (sign.AsSpan().SequenceEqual(bind))
            throw new FormatException($"{field}.bind must differ from sign");
        return new SigningKey(keyId, sign, bind) { AllowedPaths = entry.AllowedPaths ?? [], NotAfter = entry.NotAfter };
    }

    private static SigningKey V1(string field, string keyId, KeyEntry entry)
    {
        if (entry.Bind is not null)
            throw new FormatException($"{field}.bind must be left out: a v1 key has one secret");
        try
        {
            return SigningKey.ForV1(keyId, entry.Sign, entry.AllowedPaths ?? [], entry.NotAfter);
        }
        catch (ArgumentException)
        {
            throw new FormatException($"{field}.sign must have at least 16 ASCII characters in a v1 key");
        }
    }

    private static byte[] Secret(string field, string text)
    {
        // A padded secret is the same secret; anything else that is no base64url would be another one somewhere else.
        var secret = text.AsSpan().TrimEnd('=');
        if (!Base64Url.IsValid(secret, out var length) || secret.ContainsAny(" \t\r\n"))
            throw new FormatException($"{field} must be base64url");
        return length >= SigningKey.MinSecretLength
            ? Base64Url.DecodeFromChars(secret)
            : throw new FormatException($"{field} has {length} bytes; at least {SigningKey.MinSecretLength} are needed");
    }
}
