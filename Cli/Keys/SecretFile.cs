using System.Text.Json;
using Portcullis.Cli.Tokens;

namespace Portcullis.Cli.Keys;

/// <summary>
/// A file with a v1 secret: its text, or the JSON object <c>{"&lt;kid&gt;":"&lt;secret&gt;"}</c> that SMDE keeps in Secrets Manager.
/// Messages never show what is in it.
/// </summary>
/// <param name="KeyId">The key id that goes with the secret.</param>
/// <param name="Secret">The secret: sent, never printed.</param>
internal sealed record SecretFile(string KeyId, string Secret)
{
    /// <param name="path">The file.</param>
    /// <param name="keyId">The <c>--kid</c> option; may be left out where the file names one key.</param>
    /// <exception cref="FormatException">The file cannot be read, or does not say which secret is meant.</exception>
    public static SecretFile Read(string path, string? keyId)
    {
        var text = StrictJson.ReadText("--secret-file", path).TrimEnd('\r', '\n');
        if (text.TrimStart().StartsWith('{'))
            return OfPairs(path, text, keyId);
        return keyId is not null
            ? new SecretFile(keyId, text)
            : throw new FormatException($"--kid is required: --secret-file {path} holds the secret alone");
    }

    /// <summary>Shows the key id only.</summary>
    public override string ToString() => KeyId;

    private static SecretFile OfPairs(string path, string text, string? keyId)
    {
        if (TryReadPairs(text) is not { Count: > 0 } pairs)
            throw new FormatException($"--secret-file {path}: must hold the secret, or a JSON object of key ids and secrets");
        if (keyId is null)
        {
            return pairs.Count == 1
                ? new SecretFile(pairs.Keys.Single(), pairs.Values.Single())
                : throw new FormatException($"--kid is required: --secret-file {path} holds {pairs.Count} keys");
        }
        return pairs.TryGetValue(keyId, out var secret)
            ? new SecretFile(keyId, secret)
            : throw new FormatException($"--kid {keyId}: --secret-file {path} holds no secret of this key id");
    }

    private static Dictionary<string, string>? TryReadPairs(string text)
    {
        try
        {
            var pairs = JsonSerializer.Deserialize<Dictionary<string, string?>>(text);
            return pairs?.All(pair => pair.Value is not null) == true ? pairs.ToDictionary(pair => pair.Key, pair => pair.Value!) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
