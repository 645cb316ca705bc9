using System.Text;
using System.Text.Json;
using Portcullis.Assets;

namespace Portcullis.Tokens.V1;

/// <summary>
/// Reads the rows of an export of a DynamoDB table: what <c>aws dynamodb scan</c> prints (<c>{"Items":[…]}</c>), what an export to S3 holds
/// (<c>{"Item":{…}}</c>, one to a line), a batch of writes' <c>{"PutRequest":{"Item":{…}}}</c>, an array of rows, or rows one after the other.
/// </summary>
internal static class SmdeRows
{
    /// <summary>Hands over every row that is an object, with its number from 0, and says what is wrong with the others.</summary>
    /// <param name="text">The export.</param>
    /// <param name="name">What the rows are called in errors, such as <c>assets</c>.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <param name="take">Reads a row: the object, and where it is.</param>
    public static void Read(string text, string name, List<FieldError> errors, Action<JsonElement, int, string> take)
    {
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(text.TrimStart('\ufeff')), new JsonReaderOptions { AllowMultipleValues = true });
        var number = 0;
        try
        {
            while (json.Read())
            {
                using var document = JsonDocument.ParseValue(ref json);
                foreach (var element in Rows(document.RootElement))
                {
                    var at = $"{name}[{number}]";
                    var row = DynamoJson.Value(element);
                    if (row.ValueKind == JsonValueKind.Object)
                        take(row, number, at);
                    else
                        errors.Add(new(at, $"{DynamoJson.Shown(row)} must be an object"));
                    number++;
                }
            }
            if (number == 0 && errors.Count == 0)
                errors.Add(new(name, "there is no row in the export"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text that is no Unicode.
            errors.Add(new($"{name}[{number}]", $"is no JSON: {e.Message}"));
        }
    }

    /// <summary>A row's text; null when it is missing, null or empty.</summary>
    public static string? Text(JsonElement row, string name, string at, List<FieldError> errors)
    {
        var value = DynamoJson.Member(row, name);
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString() is { Length: > 0 } text ? text : null;
        if (value.ValueKind != JsonValueKind.Undefined)
            errors.Add(new($"{at}.{name}", $"{DynamoJson.Shown(value)} must be a text"));
        return null;
    }

    private static IEnumerable<JsonElement> Rows(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
            return value.EnumerateArray().SelectMany(Rows);
        if (value.ValueKind != JsonValueKind.Object)
            return [value];
        if (value.TryGetProperty("Items", out var items) && items.ValueKind == JsonValueKind.Array)
            return items.EnumerateArray();
        if (value.TryGetProperty("PutRequest", out var put) && put.ValueKind == JsonValueKind.Object)
            return Rows(put);
        return value.TryGetProperty("Item", out var item) ? [item] : [value];
    }
}
