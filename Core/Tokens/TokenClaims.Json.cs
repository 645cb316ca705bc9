using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portcullis.Tokens;

/// <summary>The JSON form of v2 claims.</summary>
internal static class TokenClaimsJson
{
    private static readonly JsonWriterOptions AsMinted = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static void Write(IBufferWriter<byte> output, TokenClaims claims)
    {
        using var json = new Utf8JsonWriter(output, AsMinted);
        json.WriteStartObject();
        json.WriteNumber("ver"u8, 2);
        json.WriteNumber("iat"u8, claims.IssuedAt);
        json.WriteNumber("exp"u8, claims.ExpiresAt);
        if (claims.NotBefore is { } notBefore)
            json.WriteNumber("nbf"u8, notBefore);
        if (claims.SessionStart != claims.IssuedAt)
            json.WriteNumber("sst"u8, claims.SessionStart);
        json.WriteString("sid"u8, claims.Sid);
        json.WriteStartArray("paths"u8);
        foreach (var path in claims.Paths)
            json.WriteStringValue(path);
        json.WriteEndArray();
        WriteNames(json, "exc"u8, claims.Exc);
        WriteNames(json, "attr"u8, claims.Attributes);
        WriteNames(json, "headers"u8, claims.Headers);
        WriteNames(json, "qs"u8, claims.Query);
        if (claims.Binding is not null)
            json.WriteString("bind"u8, claims.Binding);
        if (claims.OptionalBindings.Count > 0)
        {
            json.WriteStartObject("opt"u8);
            foreach (var (name, mac) in claims.OptionalBindings)
                json.WriteString(name, mac);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>The claims as a mint writes them.</summary>
    public static byte[] Compact(TokenClaims claims)
    {
        var json = new ArrayBufferWriter<byte>(512);
        Write(json, claims);
        return json.WrittenSpan.ToArray();
    }

    /// <summary>Reads claims. Null when the text is no JSON object, a claim is missing, of the wrong type, given twice or unknown.</summary>
    public static TokenClaims? TryRead(ReadOnlySpan<byte> text)
    {
        try
        {
            return Read(text);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with an unpaired surrogate escape.
            return null;
        }
    }

    private static TokenClaims? Read(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return null;
        long? version = null, issuedAt = null, expiresAt = null, notBefore = null, sessionStart = null;
        string? sid = null, binding = null;
        List<string>? paths = null, exc = null, attributes = null, headers = null, query = null;
        List<KeyValuePair<string, string>>? optional = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var known = json.GetString() switch
            {
                "ver" => TryTake(ref json, ref version),
                "iat" => TryTake(ref json, ref issuedAt),
                "exp" => TryTake(ref json, ref expiresAt),
                "nbf" => TryTake(ref json, ref notBefore),
                "sst" => TryTake(ref json, ref sessionStart),
                "sid" => TryTake(ref json, ref sid),
                "bind" => TryTake(ref json, ref binding),
                "paths" => TryTake(ref json, ref paths),
                "exc" => TryTake(ref json, ref exc),
                "attr" => TryTake(ref json, ref attributes),
                "headers" => TryTake(ref json, ref headers),
                "qs" => TryTake(ref json, ref query),
                "opt" => TryTake(ref json, ref optional),
                _ => false,
            };
            if (!known)
                return null;
        }
        if (json.TokenType != JsonTokenType.EndObject || json.Read())
            return null;
        if (version != 2 || issuedAt is null || expiresAt is null || sid is null || paths is null)
            return null;
        var needsBinding = attributes is { Count: > 0 } || headers is { Count: > 0 } || query is { Count: > 0 };
        if (needsBinding != binding is not null)
            return null;
        return new TokenClaims
        {
            IssuedAt = issuedAt.Value,
            ExpiresAt = expiresAt.Value,
            NotBefore = notBefore,
            SessionStart = sessionStart ?? issuedAt.Value,
            Sid = sid,
            Paths = paths,
            Exc = exc ?? [],
            Attributes = attributes ?? [],
            Headers = headers ?? [],
            Query = query ?? [],
            Binding = binding,
            OptionalBindings = optional ?? [],
        };
    }

    private static void WriteNames(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static bool TryTake(ref Utf8JsonReader json, ref long? value)
    {
        if (value is not null || !json.Read() || json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out var number) || number < 0)
            return false;
        value = number;
        return true;
    }

    private static bool TryTake(ref Utf8JsonReader json, ref string? value)
    {
        if (value is not null || !json.Read() || json.TokenType != JsonTokenType.String)
            return false;
        value = json.GetString();
        return true;
    }

    private static bool TryTake(ref Utf8JsonReader json, ref List<string>? values)
    {
        if (values is not null || !json.Read() || json.TokenType != JsonTokenType.StartArray)
            return false;
        values = [];
        while (json.Read() && json.TokenType == JsonTokenType.String)
            values.Add(json.GetString()!);
        return json.TokenType == JsonTokenType.EndArray;
    }

    private static bool TryTake(ref Utf8JsonReader json, ref List<KeyValuePair<string, string>>? values)
    {
        if (values is not null || !json.Read() || json.TokenType != JsonTokenType.StartObject)
            return false;
        values = [];
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            string? mac = null;
            if (!TryTake(ref json, ref mac))
                return false;
            values.Add(new(name, mac!));
        }
        return json.TokenType == JsonTokenType.EndObject;
    }
}
