using System.Text.Json;

namespace Portcullis.Tokens.V1;

/// <summary>Reads values that are plain JSON or DynamoDB's typed JSON, such as <c>{"S":"text"}</c>.</summary>
internal static class DynamoJson
{
    /// <summary>
    /// The value itself: what a type descriptor holds, or the value as it is. Undefined for null. Members of maps and lists are not
    /// looked at; numbers of DynamoDB are texts.
    /// </summary>
    public static JsonElement Value(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Null)
            return default;
        if (element.ValueKind != JsonValueKind.Object || element.GetPropertyCount() != 1)
            return element;
        var only = element.EnumerateObject().First();
        return (only.Name, only.Value.ValueKind) switch
        {
            ("S" or "N", JsonValueKind.String) => only.Value,
            ("BOOL", JsonValueKind.True or JsonValueKind.False) => only.Value,
            ("L" or "SS" or "NS", JsonValueKind.Array) => only.Value,
            ("M", JsonValueKind.Object) => only.Value,
            ("NULL", JsonValueKind.True) => default,
            _ => element,
        };
    }

    /// <summary>A member's value; undefined when there is none, or it is null.</summary>
    public static JsonElement Member(JsonElement map, string name) => map.TryGetProperty(name, out var member) ? Value(member) : default;

    /// <summary>A value for a message: its text, or its beginning.</summary>
    public static string Shown(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.Undefined ? "nothing" : value.GetRawText();
        return text.Length <= 80 ? text : text[..80] + "…";
    }
}
