using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Portcullis.Tokens.V1;

/// <summary>The JSON form of v1 claims.</summary>
internal static class SmdeClaimsJson
{
    /// <summary>The claims as text, in the order and the bytes of SMDE's library.</summary>
    public static string Write(SmdeClaims claims)
    {
        var json = new StringBuilder(512);
        json.Append("{\"ip\":").AppendTruth(claims.Ip)
            .Append(",\"co\":").AppendTruth(claims.Country)
            .Append(",\"cty\":").AppendTruth(claims.City)
            .Append(",\"reg\":").AppendTruth(claims.Region)
            .Append(",\"ssn\":").AppendTruth(claims.Session);
        AppendNumber(json, "exp", claims.ExpiresAt);
        json.Append(",\"headers\":").AppendTexts(claims.Headers)
            .Append(",\"qs\":").AppendTexts(claims.Query);
        if (claims.Binding is not null)
            json.Append(",\"intsig\":").AppendText(claims.Binding);
        json.Append(",\"paths\":").AppendTexts(claims.Paths)
            .Append(",\"exc\":").AppendTexts(claims.Exc);
        AppendNumber(json, "ip_ver", claims.IpVersion);
        if (claims.CountryFallback)
            json.Append(",\"co_fallback\":true");
        if (claims.RegionFallback)
            json.Append(",\"reg_fallback\":true");
        AppendNumber(json, "nbf", claims.NotBefore);
        AppendNumber(json, "iat", claims.IssuedAt);
        return json.Append('}').ToString();
    }

    /// <summary>
    /// Reads claims. Null when the text is no JSON object, lacks <c>paths</c> or <c>exc</c>, has a claim of the wrong type, or the claim
    /// <c>ver</c>, which no v1 token has. Other claims are ignored, as SMDE's edge does.
    /// </summary>
    public static SmdeClaims? TryRead(ReadOnlySpan<byte> text)
    {
        try
        {
            return Read(text);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // InvalidOperationException: a string that is no Unicode, or a value of another type. FormatException: a number out of range.
            return null;
        }
    }

    private static SmdeClaims? Read(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            return null;
        var claims = new SmdeClaims();
        bool paths = false, exc = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString();
            json.Read();
            switch (name)
            {
                case "ver": return null;
                case "ip": claims = claims with { Ip = json.GetBoolean() }; break;
                case "ip_ver": claims = claims with { IpVersion = json.GetInt64() }; break;
                case "co": claims = claims with { Country = json.GetBoolean() }; break;
                case "cty": claims = claims with { City = json.GetBoolean() }; break;
                case "reg": claims = claims with { Region = json.GetBoolean() }; break;
                case "ssn": claims = claims with { Session = json.GetBoolean() }; break;
                case "co_fallback": claims = claims with { CountryFallback = json.GetBoolean() }; break;
                case "reg_fallback": claims = claims with { RegionFallback = json.GetBoolean() }; break;
                case "exp": claims = claims with { ExpiresAt = json.GetInt64() }; break;
                case "nbf": claims = claims with { NotBefore = json.GetInt64() }; break;
                case "headers": claims = claims with { Headers = Texts(ref json) }; break;
                case "qs": claims = claims with { Query = Texts(ref json) }; break;
                case "intsig": claims = claims with { Binding = Text(ref json) }; break;
                case "paths": claims = claims with { Paths = Texts(ref json) }; paths = true; break;
                case "exc": claims = claims with { Exc = Texts(ref json) }; exc = true; break;
                default: json.Skip(); break;
            }
        }
        return json.TokenType == JsonTokenType.EndObject && !json.Read() && paths && exc ? claims : null;
    }

    private static string Text(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.String ? json.GetString()! : throw new JsonException("A text was expected.");

    private static List<string> Texts(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
            throw new JsonException("A list was expected.");
        var texts = new List<string>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            texts.Add(Text(ref json));
        return texts;
    }

    private static void AppendNumber(StringBuilder json, string name, long? value)
    {
        if (value is not null)
            json.Append(CultureInfo.InvariantCulture, $",\"{name}\":{value}");
    }
}
