using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portcullis.Tokens.V1;

/// <summary>
/// SMDE's edge checks, read literally from their description and sharing nothing with the verifier under test: the other opinion that
/// properties compare with.
/// </summary>
internal static class SmdeEdge
{
    public static bool Admits(SmdeRequest request, IReadOnlyDictionary<string, string> keys, long now)
    {
        try
        {
            return Judge(request, keys, now);
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or ArgumentException or NullReferenceException or InvalidOperationException)
        {
            // The function answers 401 whatever is thrown.
            return false;
        }
    }

    private static bool Judge(SmdeRequest request, IReadOnlyDictionary<string, string> keys, long now)
    {
        var segments = request.Uri.Split('/');
        if (segments.Length < 3 || segments[1].Length == 0)
            return false;
        var parts = segments[1].Split('.').ToList();
        string? sid = null;
        if (parts.Count == 4)
        {
            sid = parts[0];
            parts.RemoveAt(0);
        }
        if (string.Join('.', parts).Length < 60 || parts.Count != 3)
            return false;
        var path = "/" + string.Join('/', segments.Skip(2));
        var header = JsonNode.Parse(SmdeText.Decode(parts[0]))!;
        var claims = JsonNode.Parse(SmdeText.Decode(parts[1]))!.AsObject();
        if ((string?)header["alg"] != "HS256")
            return false;
        var secret = keys[(string)header["kid"]!];
        if (SmdeText.Mac(secret, $"{parts[0]}.{parts[1]}") != parts[2])
            return false;
        if (claims["exp"] is { } exp && now > (long)exp)
            return false;
        if (claims["nbf"] is { } nbf && now < (long)nbf)
            return false;
        if (claims["exc"]!.AsArray().Any(prefix => path.StartsWith((string)prefix!, StringComparison.Ordinal)))
            return true;
        if (!claims["paths"]!.AsArray().Any(prefix => path.StartsWith((string)prefix!, StringComparison.Ordinal)))
            return false;
        var address = request.Ip;
        if (Is(claims, "ip"))
        {
            if ((int)claims["ip_ver"]! != (address.Contains('.') ? 4 : 6))
                return false;
            if (!address.Contains('.'))
                address = string.Join(':', address.Split(':').Select(group => group.PadLeft(4, '0')));
        }
        return (string?)claims["intsig"] is not { Length: > 0 } binding || IsBound(request, claims, sid, address, secret, binding);
    }

    private static bool IsBound(SmdeRequest request, JsonObject claims, string? sid, string address, string secret, string binding)
    {
        var values = new List<string>();
        if (Is(claims, "ip"))
            values.Add(address);
        if (Is(claims, "co"))
        {
            if (!request.Headers.TryGetValue("cloudfront-viewer-country", out var country))
                return Is(claims, "co_fallback");
            values.Add(country);
        }
        if (Is(claims, "reg"))
        {
            if (!request.Headers.TryGetValue("cloudfront-viewer-country-region", out var region))
                return Is(claims, "reg_fallback");
            values.Add(region);
        }
        if (Is(claims, "ssn"))
        {
            if (string.IsNullOrEmpty(sid))
                return false;
            values.Add(sid);
        }
        foreach (var name in claims["headers"]!.AsArray())
        {
            if (request.Headers.TryGetValue((string)name!, out var value))
                values.Add(value);
        }
        foreach (var name in claims["qs"]!.AsArray())
        {
            if (request.Query.TryGetValue((string)name!, out var value))
                values.Add(value);
        }
        var text = string.Join(':', values);
        return text.Length == 0 || SmdeText.Mac(secret, text) == binding;
    }

    private static bool Is(JsonObject claims, string name) => claims[name] is { } value && (bool)value;
}
