using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Portcullis.Keys;

namespace Portcullis.Tokens;

/// <summary>
/// A JSON Web Signature in compact serialization (RFC 7515, section 7.1), signed with HS256 and nothing else. What the header holds
/// beside its algorithm, and what the payload says, is judged by others.
/// </summary>
internal readonly ref struct Jws
{
    private const int MaxHeaderBytes = 256;

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."u8);

    private Jws(ReadOnlySpan<byte> compact, int header, int signed)
    {
        Header = compact[..header];
        Payload = compact[(header + 1)..signed];
        Signature = compact[(signed + 1)..];
        Signed = compact[..signed];
    }

    /// <summary>The JOSE header, base64url.</summary>
    public ReadOnlySpan<byte> Header { get; }

    /// <summary>The payload, base64url.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>The signature, base64url.</summary>
    public ReadOnlySpan<byte> Signature { get; }

    /// <summary>What the signature covers: header, a dot, payload.</summary>
    public ReadOnlySpan<byte> Signed { get; }

    /// <summary>Cuts the serialization into its three parts. False unless there are three, none empty and each in base64url's alphabet.</summary>
    public static bool TryCut(ReadOnlySpan<byte> compact, out Jws jws)
    {
        jws = default;
        return !compact.ContainsAnyExcept(Alphabet) && TryCutChecked(compact, out jws);
    }

    /// <summary>Like <see cref="TryCut"/>, for a text that is known to hold base64url and dots only.</summary>
    public static bool TryCutChecked(ReadOnlySpan<byte> compact, out Jws jws)
    {
        jws = default;
        var header = compact.IndexOf((byte)'.');
        if (header <= 0)
            return false;
        var payload = compact[(header + 1)..].IndexOf((byte)'.');
        if (payload <= 0)
            return false;
        var signed = header + 1 + payload;
        var signature = compact[(signed + 1)..];
        if (signature.IsEmpty || signature.Contains((byte)'.'))
            return false;
        jws = new Jws(compact, header, signed);
        return true;
    }

    /// <summary>Whether the header names HS256 and the signature is the key's, compared as text and in constant time.</summary>
    public static bool CheckSignature(ReadOnlySpan<byte> header, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature, SigningKey key)
    {
        // The header that the key's own tokens carry is the one that nearly all come with; it need not be read again.
        if (!header.SequenceEqual(key.EncodedHeader) && !NamesHs256(header))
            return false;
        Span<byte> mac = stackalloc byte[32];
        Span<byte> expected = stackalloc byte[43];
        key.Sign(signed, mac);
        Base64Url.EncodeToUtf8(mac, expected);
        return FixedTime.AreEqual(expected, signature);
    }

    /// <inheritdoc cref="CheckSignature(ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte}, SigningKey)"/>
    public bool CheckSignature(SigningKey key) => CheckSignature(Header, Signed, Signature, key);

    /// <summary>Decodes the payload. False when its base64url is not the one spelling that its bytes have, or does not fit.</summary>
    public bool TryReadPayload(Span<byte> payload, out int length) => Base64Text.TryDecode(Payload, payload, out length);

    private static bool NamesHs256(ReadOnlySpan<byte> encoded)
    {
        Span<byte> json = stackalloc byte[MaxHeaderBytes];
        try
        {
            return Base64Text.TryDecode(encoded, json, out var length) && ReadsHs256(json[..length]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name that is no Unicode. Anyone can send one.
            return false;
        }
    }

    private static bool ReadsHs256(ReadOnlySpan<byte> json)
    {
        var found = false;
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isAlgorithm = reader.ValueTextEquals("alg"u8);
            // Extensions that must be understood (RFC 7515, section 4.1.11): none is.
            if (reader.ValueTextEquals("crit"u8) || (isAlgorithm && found) || !reader.Read())
                return false;
            if (isAlgorithm && (reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals("HS256"u8)))
                return false;
            found |= isAlgorithm;
            reader.Skip();
        }
        return reader.TokenType == JsonTokenType.EndObject && !reader.Read() && found;
    }
}
