using System.Globalization;
using System.Text.Json;
using Portcullis.Assets;

namespace Portcullis.Tokens.V1;

/// <summary>Reads SMDE's <c>token_policy</c> object, as plain JSON or as DynamoDB's typed JSON.</summary>
/// <remarks>
/// Fields that SMDE's library does not need may be missing or null, numbers may be texts, and unknown fields are ignored. What its
/// library would refuse, or take for something else than is written, is an error.
/// </remarks>
public static class SmdePolicyJson
{
    /// <summary>Reads a policy from a JSON text.</summary>
    public static SmdePolicyReading Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var errors = new List<FieldError>();
            var policy = Read(document.RootElement, "", errors);
            return new SmdePolicyReading(errors.Count == 0 ? policy : null, errors);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text that is no Unicode.
            return new SmdePolicyReading(null, [new("", $"is no JSON: {e.Message}")]);
        }
    }

    /// <summary>Reads a policy and adds what is wrong with it.</summary>
    /// <param name="element">The policy.</param>
    /// <param name="prefix">What goes in front of field names, such as <c>token_policy.</c>.</param>
    /// <param name="errors">Receives the errors.</param>
    internal static SmdePolicy? Read(JsonElement element, string prefix, List<FieldError> errors)
    {
        var map = DynamoJson.Value(element);
        if (map.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new(prefix.TrimEnd('.'), $"{DynamoJson.Shown(map)} must be an object"));
            return null;
        }
        return new SmdePolicy
        {
            Paths = Paths(map, "paths", prefix, errors, required: true),
            Exc = Paths(map, "exc", prefix, errors, required: false),
            Exp = Expiry(map, prefix, errors),
            Nbf = Number(map, "nbf", prefix, errors, most: 253_402_300_799),
            Ssn = Truth(map, "ssn", prefix, errors),
            SessionAutoGenerate = (int)(Number(map, "session_auto_generate", prefix, errors, SessionId.MaxLength) ?? 0),
            Ip = Truth(map, "ip", prefix, errors),
            Co = Truth(map, "co", prefix, errors),
            CoFallback = Truth(map, "co_fallback", prefix, errors),
            Reg = Truth(map, "reg", prefix, errors),
            RegFallback = Truth(map, "reg_fallback", prefix, errors),
            Cty = Truth(map, "cty", prefix, errors),
            CtyFallback = Truth(map, "cty_fallback", prefix, errors),
            Headers = Texts(map, "headers", prefix, errors),
            Querystrings = Texts(map, "querystrings", prefix, errors),
        };
    }

    private static bool Truth(JsonElement map, string name, string prefix, List<FieldError> errors)
    {
        var value = DynamoJson.Member(map, name);
        // JavaScript takes the text "false" for true; what was meant is not ours to guess.
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Undefined))
            errors.Add(new(prefix + name, $"{DynamoJson.Shown(value)} must be true or false"));
        return value.ValueKind == JsonValueKind.True;
    }

    private static long? Number(JsonElement map, string name, string prefix, List<FieldError> errors, long most)
    {
        var value = DynamoJson.Member(map, name);
        if (value.ValueKind == JsonValueKind.Undefined || (value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0))
            return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most)
            return number;
        errors.Add(new(prefix + name, $"{DynamoJson.Shown(value)} must be a whole number from 0 to {most}"));
        return null;
    }

    private static string Expiry(JsonElement map, string prefix, List<FieldError> errors)
    {
        var value = DynamoJson.Member(map, "exp");
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        if (!SmdeExpiry.TryRead(text, 0, out _))
            errors.Add(new(prefix + "exp", $"{DynamoJson.Shown(value)} {SmdeExpiry.Allowed}"));
        return text;
    }

    private static List<string> Paths(JsonElement map, string name, string prefix, List<FieldError> errors, bool required)
    {
        var paths = Texts(map, name, prefix, errors);
        if (required && paths.Count == 0 && DynamoJson.Member(map, name).ValueKind is JsonValueKind.Undefined or JsonValueKind.Array)
            errors.Add(new(prefix + name, "must have at least one path"));
        for (var i = 0; i < paths.Count; i++)
        {
            // An empty prefix admits everything, and one without a slash nothing.
            if (!paths[i].StartsWith('/'))
                errors.Add(new($"{prefix}{name}[{i}]", $"'{paths[i]}' must start with a slash"));
        }
        return paths;
    }

    private static List<string> Texts(JsonElement map, string name, string prefix, List<FieldError> errors)
    {
        var list = DynamoJson.Member(map, name);
        var texts = new List<string>();
        if (list.ValueKind == JsonValueKind.Undefined)
            return texts;
        if (list.ValueKind != JsonValueKind.Array)
        {
            errors.Add(new(prefix + name, $"{DynamoJson.Shown(list)} must be a list of texts"));
            return texts;
        }
        foreach (var element in list.EnumerateArray())
        {
            var value = DynamoJson.Value(element);
            if (value.ValueKind == JsonValueKind.String)
                texts.Add(value.GetString()!);
            else
                errors.Add(new($"{prefix}{name}", $"{DynamoJson.Shown(value)} must be a text"));
        }
        return texts;
    }
}
