using System.Text;
using System.Text.Json;
using Portcullis.Tokens.V1;

namespace Portcullis.Assets;

/// <summary>
/// Reads SMDE's assets: rows <c>{id, endpoint_hostname, url_path, token_policy}</c>, each as plain JSON or DynamoDB's typed JSON.
/// </summary>
/// <remarks>
/// Takes what <c>aws dynamodb scan</c> prints (<c>{"Items":[…]}</c>), what a table's export to S3 holds (<c>{"Item":{…}}</c>, one to a line),
/// a batch of writes' <c>{"PutRequest":{"Item":{…}}}</c>, an array of rows, or rows one after the other.
/// </remarks>
public static class SmdeAssets
{
    // An asset's own limits, with room for what the rules of an import will refuse with a better message.
    private const int MaxIdLength = 200;

    /// <summary>Reads all rows of a text.</summary>
    public static SmdeAssetsReading Read(string text)
    {
        var assets = new List<SmdeAsset>();
        var errors = new List<FieldError>();
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(text.TrimStart('\ufeff')), new JsonReaderOptions { AllowMultipleValues = true });
        var row = 0;
        try
        {
            while (json.Read())
            {
                using var document = JsonDocument.ParseValue(ref json);
                foreach (var element in Rows(document.RootElement))
                {
                    ReadRow(element, row, assets, errors);
                    row++;
                }
            }
            if (row == 0 && errors.Count == 0)
                errors.Add(new("assets", "there is no row in the export"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text that is no Unicode.
            errors.Add(new($"assets[{row}]", $"is no JSON: {e.Message}"));
        }
        return new SmdeAssetsReading(assets, errors);
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

    private static void ReadRow(JsonElement element, int number, List<SmdeAsset> assets, List<FieldError> errors)
    {
        var at = $"assets[{number}]";
        var before = errors.Count;
        var row = DynamoJson.Value(element);
        if (row.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new(at, $"{DynamoJson.Shown(row)} must be an object"));
            return;
        }
        var id = Text(row, "id", at, errors);
        if (id is null or { Length: > MaxIdLength })
            Refuse(errors, before, $"{at}.id", $"must be a text of 1 to {MaxIdLength} characters");
        else if (assets.Exists(asset => asset.Id == id))
            errors.Add(new($"{at}.id", $"'{id}' occurs twice"));
        var host = Text(row, "endpoint_hostname", at, errors)?.TrimEnd('/');
        if (host?.Contains("://", StringComparison.Ordinal) == false)
            // SMDE joins host and path as they stand, so that only a row with a scheme ever played.
            errors.Add(new($"{at}.endpoint_hostname", $"'{host}' must start with https:// or http://"));
        var path = Text(row, "url_path", at, errors);
        if (path?.StartsWith('/') == false)
            errors.Add(new($"{at}.url_path", $"'{path}' must start with a slash"));
        var policy = SmdePolicyJson.Read(DynamoJson.Member(row, "token_policy"), $"{at}.token_policy.", errors);
        if (errors.Count == before)
            assets.Add(new SmdeAsset(id!, host, path, policy!) { Row = number });
    }

    /// <summary>A text; null when it is missing, null or empty.</summary>
    private static string? Text(JsonElement row, string name, string at, List<FieldError> errors)
    {
        var value = DynamoJson.Member(row, name);
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString() is { Length: > 0 } text ? text : null;
        if (value.ValueKind != JsonValueKind.Undefined)
            errors.Add(new($"{at}.{name}", $"{DynamoJson.Shown(value)} must be a text"));
        return null;
    }

    /// <summary>Adds an error unless the field has one already.</summary>
    private static void Refuse(List<FieldError> errors, int before, string field, string error)
    {
        if (!errors.Skip(before).Any(known => known.Field == field))
            errors.Add(new(field, error));
    }
}
