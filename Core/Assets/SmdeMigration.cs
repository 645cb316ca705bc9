using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Assets;

/// <summary>A row of SMDE's asset table as an asset of ours, or why it cannot be one.</summary>
/// <param name="Asset">The asset; null with errors.</param>
/// <param name="Errors">What is wrong, by the row's own fields.</param>
/// <param name="Notes">What becomes different, by the row's own fields.</param>
public sealed record SmdeMigration(Asset? Asset, IReadOnlyList<FieldError> Errors, IReadOnlyList<FieldError> Notes)
{
    /// <summary>Makes an asset of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="format">v1 keeps the policy as it is. v2 converts it, and keeps the original for the way back.</param>
    /// <param name="arming">Whether verdicts on it are enforced.</param>
    /// <param name="now">Epoch seconds.</param>
    public static SmdeMigration Of(SmdeAsset row, TokenFormat format, Arming arming, long now)
    {
        List<FieldError> errors = [], notes = [];
        if (row.Path is null)
        {
            errors.Add(new("url_path", "is required: an asset has a manifest to play"));
            return new(null, errors, notes);
        }
        if (format == TokenFormat.V1 && !row.Policy.Ssn)
        {
            notes.Add(new("token_policy.ssn", row.Policy.Headers.Count + row.Policy.Querystrings.Count == 0
                ? "is false: the tokens name no session, and can be neither followed nor revoked"
                : "is false although headers or query parameters are bound: a viewer may choose their values so that he can forge tokens"));
        }
        var policy = format == TokenFormat.V1 ? new TokenPolicy() : SmdeConversion.ToV2(row.Policy, now, errors, notes);
        var asset = new Asset { Id = row.Id, Host = row.Host, Path = SmdePath.Unescape(row.Path), Format = format, Policy = policy, V1Policy = row.Policy, Arming = arming };
        errors.AddRange(AssetRules.Check(asset).Select(error => error with { Field = FieldOf(error.Field) }));
        if (errors.Count > 0)
            return new(null, [.. errors.Distinct()], notes);
        if (asset.UrlPath != row.Path)
            notes.Add(new("url_path", $"is written '{asset.UrlPath}' in playback URLs"));
        return new(asset, errors, notes);
    }

    /// <summary>An asset's field as SMDE calls it.</summary>
    private static string FieldOf(string field) => field switch
    {
        "host" => "endpoint_hostname",
        "path" => "url_path",
        "policy.lifetime" or "policy.maxSession" => "token_policy.exp",
        _ when field.StartsWith("v1Policy.", StringComparison.Ordinal) => "token_policy." + field["v1Policy.".Length..],
        _ when field.StartsWith("policy.bind.query", StringComparison.Ordinal) => "token_policy.querystrings" + field["policy.bind.query".Length..],
        _ when field.StartsWith("policy.bind.", StringComparison.Ordinal) => "token_policy." + field["policy.bind.".Length..],
        _ when field.StartsWith("policy.", StringComparison.Ordinal) => "token_policy." + field["policy.".Length..],
        _ => field,
    };
}
