using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Portcullis.Tokens;

/// <summary>Reads the JOSE header of a compact JWS and admits exactly what Portcullis writes: HS256, JWT, a key id.</summary>
internal static class JoseHeader
{
    private const int MaxBytes = 256;

    /// <summary>Reads the key id. False when the header is no JSON object, has another algorithm or type, or anything besides.</summary>
    /// <param name="encoded">The first part of the token, base64url.</param>
    /// <param name="keyId">Receives the key id; at least 64 characters.</param>
    /// <param name="length">Characters of the key id.</param>
    public static bool TryReadKeyId(ReadOnlySpan<byte> encoded, Span<char> keyId, out int length)
    {
        length = 0;
        Span<byte> json = stackalloc byte[MaxBytes];
        if (!Base64Text.TryDecode(encoded, json, out var written))
            return false;
        // Portcullis writes plain ASCII; the reader throws on texts that are no Unicode, and anybody can send one.
        if (!Ascii.IsValid(json[..written]) || json[..written].Contains((byte)'\\'))
            return false;
        try
        {
            return TryReadMembers(json[..written], keyId, out length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is no UTF-8, or an unpaired surrogate escape. Anyone can send one.
            length = 0;
            return false;
        }
    }

    private static bool TryReadMembers(ReadOnlySpan<byte> json, Span<char> keyId, out int length)
    {
        length = 0;
        bool algorithm = false, type = false;
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("alg"u8) && !algorithm)
            {
                algorithm = reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("HS256"u8);
                if (!algorithm)
                    return false;
            }
            else if (reader.ValueTextEquals("typ"u8) && !type)
            {
                type = reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("JWT"u8);
                if (!type)
                    return false;
            }
            else if (reader.ValueTextEquals("kid"u8) && length == 0)
            {
                if (!reader.Read() || reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || reader.ValueSpan.Length > keyId.Length)
                    return false;
                length = reader.CopyString(keyId);
                if (!SessionId.IsValid(keyId[..length]))
                    return false;
            }
            else
            {
                return false;
            }
        }
        return reader.TokenType == JsonTokenType.EndObject && !reader.Read() && algorithm && type && length > 0;
    }
}

/// <summary>Strict base64url (RFC 4648, section 5): no padding, no white space, unused bits zero.</summary>
internal static class Base64Text
{
    public static bool TryDecode(ReadOnlySpan<byte> encoded, Span<byte> decoded, out int written)
    {
        written = 0;
        if (encoded.IsEmpty || encoded.Length % 4 == 1)
            return false;
        var length = Base64Url.GetMaxDecodedLength(encoded.Length);
        if (length > decoded.Length)
            return false;
        // The framework passes over white space and padding; where there is any, fewer bytes come out than the length promises.
        return Base64Url.DecodeFromUtf8(encoded, decoded, out _, out written) == System.Buffers.OperationStatus.Done && written == length;
    }
}
