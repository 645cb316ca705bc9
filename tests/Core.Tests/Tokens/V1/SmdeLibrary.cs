using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portcullis.Tokens.V1;

/// <summary>SMDE's library, read literally from its description: mints tokens without the mint under test.</summary>
internal static class SmdeLibrary
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Mint(SmdePolicy policy, Viewer viewer, string sid, string keyId, string secret, long now)
    {
        var claims = new JsonObject
        {
            ["ip"] = policy.Ip,
            ["co"] = policy.Co,
            ["cty"] = policy.Cty,
            ["reg"] = policy.Reg,
            ["ssn"] = policy.Ssn,
            ["exp"] = Expiry(policy.Exp, now),
            ["headers"] = List(policy.Headers),
            ["qs"] = List(policy.Querystrings),
        };
        var values = new List<string>();
        if (policy.Ip)
            values.Add(viewer.Ip!);
        if (policy.Co)
            values.Add(viewer.Country ?? "undefined");
        if (policy.Cty)
            values.Add(viewer.City ?? "undefined");
        if (policy.Reg)
            values.Add(viewer.Region ?? "undefined");
        if (policy.Ssn)
            values.Add(sid);
        values.AddRange(policy.Headers.Select(viewer.Header).Where(value => !string.IsNullOrEmpty(value))!);
        values.AddRange(policy.Querystrings.Select(viewer.Query).Where(value => !string.IsNullOrEmpty(value))!);
        if (values.Count > 0)
            claims["intsig"] = SmdeText.Mac(secret, string.Join(':', values));
        claims["paths"] = List(policy.Paths);
        claims["exc"] = List(policy.Exc);
        if (policy.Ip)
            claims["ip_ver"] = viewer.Ip!.Contains('.') ? 4 : 6;
        if (policy.Co && policy.CoFallback)
            claims["co_fallback"] = true;
        if (policy.Reg && policy.RegFallback)
            claims["reg_fallback"] = true;
        if (policy.Nbf is not null)
            claims["nbf"] = policy.Nbf;
        claims["iat"] = now;
        return (policy.Ssn ? sid + "." : "") + Sign(claims.ToJsonString(Plain), keyId, secret);
    }

    public static string Sign(string claims, string keyId, string secret)
    {
        var signed = SmdeText.Encode($$"""{"alg":"HS256","typ":"JWT","kid":"{{keyId}}"}""") + "." + SmdeText.Encode(claims);
        return signed + "." + SmdeText.Mac(secret, signed);
    }

    private static long Expiry(string text, long now) =>
        text[0] != '+' ? long.Parse(text, CultureInfo.InvariantCulture)
        : now + (long.Parse(text[1..^1], CultureInfo.InvariantCulture) * (text[^1] == 'h' ? 3600 : 60));

    private static JsonArray List(IReadOnlyList<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
