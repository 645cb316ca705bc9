using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Portcullis.Keys;
using Portcullis.Tokens;

namespace Portcullis.Enforcement.KeyValueStores;

/// <summary>The value of a <c>k:&lt;kid&gt;</c> entry, as the edge function reads it (docs/edge.md). Secret.</summary>
internal static class KeyDocument
{
    // Nothing is put into HTML, and "+" as \u002B would cost five bytes of 1,024.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same key and settings always make the same text.</summary>
    public static string Of(SigningKey key, KeyValueStoreSettings settings)
    {
        var (sign, bind) = key.ExportSecrets();
        try
        {
            using var stream = new MemoryStream();
            using (var json = new Utf8JsonWriter(stream, Compact))
                Write(json, key, sign, bind, settings);
            return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sign);
            CryptographicOperations.ZeroMemory(bind);
        }
    }

    private static void Write(Utf8JsonWriter json, SigningKey key, byte[] sign, byte[] bind, KeyValueStoreSettings settings)
    {
        var v2 = key.Format == TokenFormat.V2;
        json.WriteStartObject();
        json.WriteNumber("f", v2 ? 2 : 1);
        json.WriteString("s", v2 ? Base64Url.EncodeToString(sign) : Encoding.ASCII.GetString(sign));
        if (v2)
            json.WriteString("b", Base64Url.EncodeToString(bind));
        if (key.AllowedPaths.Count > 0)
        {
            json.WriteStartArray("p");
            foreach (var path in key.AllowedPaths)
                json.WriteStringValue(path);
            json.WriteEndArray();
        }
        if (key.NotAfter is { } notAfter)
            json.WriteNumber("na", notAfter);
        if (v2 && settings.MaxTokenLifetime is { } longest)
            json.WriteNumber("ml", longest);
        if (settings.RefusesUnchecked)
            json.WriteNumber("rf", 1);
        json.WriteEndObject();
    }
}
