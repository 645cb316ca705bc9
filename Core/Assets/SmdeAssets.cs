using System.Text.Json;
using Portcullis.Tokens.V1;

namespace Portcullis.Assets;

/// <summary>Reads SMDE's assets: rows <c>{id, endpoint_hostname, url_path, token_policy}</c>, each as plain JSON or DynamoDB's typed JSON.</summary>
/// <remarks>Takes every form of export that <see cref="SmdeRows"/> does.</remarks>
public static class SmdeAssets
{
    // An asset's own limits, with room for what the rules of an import will refuse with a better message.
    private const int MaxIdLength = 200;

    /// <summary>Reads all rows of a text.</summary>
    public static SmdeAssetsReading Read(string text)
    {
        var assets = new List<SmdeAsset>();
        var errors = new List<FieldError>();
        SmdeRows.Read(text, "assets", errors, (row, number, at) => ReadRow(row, number, at, assets, errors));
        return new SmdeAssetsReading(assets, errors);
    }

    private static void ReadRow(JsonElement row, int number, string at, List<SmdeAsset> assets, List<FieldError> errors)
    {
        var before = errors.Count;
        var id = SmdeRows.Text(row, "id", at, errors);
        if (id is null or { Length: > MaxIdLength })
            Refuse(errors, before, $"{at}.id", $"must be a text of 1 to {MaxIdLength} characters");
        else if (assets.Exists(asset => asset.Id == id))
            errors.Add(new($"{at}.id", $"'{id}' occurs twice"));
        var host = SmdeRows.Text(row, "endpoint_hostname", at, errors)?.TrimEnd('/');
        if (host?.Contains("://", StringComparison.Ordinal) == false)
            // SMDE joins host and path as they stand, so that only a row with a scheme ever played.
            errors.Add(new($"{at}.endpoint_hostname", $"'{host}' must start with https:// or http://"));
        var path = SmdeRows.Text(row, "url_path", at, errors);
        if (path?.StartsWith('/') == false)
            errors.Add(new($"{at}.url_path", $"'{path}' must start with a slash"));
        var policy = SmdePolicyJson.Read(DynamoJson.Member(row, "token_policy"), $"{at}.token_policy.", errors);
        if (errors.Count == before)
            assets.Add(new SmdeAsset(id!, host, path, policy!) { Row = number });
    }

    /// <summary>Adds an error unless the field has one already.</summary>
    private static void Refuse(List<FieldError> errors, int before, string field, string error)
    {
        if (!errors.Skip(before).Any(known => known.Field == field))
            errors.Add(new(field, error));
    }
}
