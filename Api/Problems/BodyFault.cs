using System.Text.Json;
using System.Text.RegularExpressions;
using Portcullis.Access;
using Portcullis.Accounts;
using Portcullis.Assets;
using Portcullis.Revocations;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Api.Problems;

/// <summary>What is wrong with a body that does not fit its contract: the field's path, and what is allowed. Values are never repeated.</summary>
internal static partial class BodyFault
{
    private const string Body = "body";

    /// <summary>Longest path that is repeated; unknown names come from the caller and may be anything.</summary>
    private const int MaxPath = 128;

    /// <summary>The fields that are wrong; at least one.</summary>
    public static IReadOnlyList<FieldError> Of(JsonException error)
    {
        var path = PathOf(error.Path);
        // The serializer tells its reasons in words only; what is not recognised here still gets a field.
        if (error.Message.Contains("missing required properties", StringComparison.Ordinal))
        {
            var names = error.Message[error.Message.IndexOf("including", StringComparison.Ordinal)..];
            return [.. Quoted().Matches(names).Select(match => new FieldError(Join(path, match.Groups[1].Value), "is required"))];
        }
        if (error.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
            return [new(path, "is not a known field")];
        if (error.Message.Contains("allow setting null values", StringComparison.Ordinal))
            return [new(Named(path, error), "must not be null")];
        if (error.Message.StartsWith("Duplicate property", StringComparison.Ordinal))
            return [new(Named(path, error), "occurs twice")];
        if (Converted().Match(error.Message) is { Success: true } converted)
            return [new(path, Allowed(converted.Groups[1].Value))];
        return error is { LineNumber: { } line, BytePositionInLine: { } column }
            ? [new(Body, $"is not valid JSON in UTF-8 (line {line + 1}, byte {column + 1})")]
            : [new(Body, "is not valid JSON in UTF-8")];
    }

    private static string Allowed(string type) => type switch
    {
        "System.String" => "must be a string",
        "System.Boolean" => "must be true or false",
        "System.Int32" or "System.Int64" => "must be a whole number",
        _ when type.StartsWith("System.Nullable`1[System.Int32", StringComparison.Ordinal) => "must be a whole number",
        _ when type.Contains(typeof(WhenFull).FullName!, StringComparison.Ordinal) => OneOf<WhenFull>(),
        "System.UInt32" => "must be a whole number, not negative",
        "System.Double" => "must be a number",
        "System.DateTimeOffset" => "must be a time such as 2026-01-31T20:00:00Z",
        _ when type.StartsWith("System.Nullable`1[System.Int64", StringComparison.Ordinal) => "must be a whole number",
        _ when type.StartsWith("System.Nullable`1[System.DateTimeOffset", StringComparison.Ordinal) => "must be a time such as 2026-01-31T20:00:00Z",
        _ when type.StartsWith("System.Collections.Generic.Dictionary", StringComparison.Ordinal) => "must be an object whose values are strings",
        _ when type.StartsWith("System.Collections.Generic", StringComparison.Ordinal) && type.Contains("UInt32", StringComparison.Ordinal) => "must be a list of whole numbers",
        _ when type.StartsWith("System.Collections.Generic", StringComparison.Ordinal) && type.Contains(nameof(ArmedWindow), StringComparison.Ordinal) => "must be a list of {from, until}",
        _ when type.StartsWith("System.Collections.Generic", StringComparison.Ordinal) => "must be a list of strings",
        _ when type == typeof(Arming).FullName => OneOf<Arming>(),
        _ when type == typeof(GeoBinding).FullName => OneOf<GeoBinding>(),
        _ when type == typeof(TokenFormat).FullName => OneOf<TokenFormat>(),
        _ when type == typeof(Carriage).FullName => OneOf<Carriage>(),
        _ when type == typeof(CloudFrontHash).FullName => OneOf<CloudFrontHash>(),
        _ when type == typeof(AllowKind).FullName => OneOf<AllowKind>(),
        _ when type == typeof(DecisionSource).FullName || (type.StartsWith("System.Nullable", StringComparison.Ordinal) && type.Contains(nameof(DecisionSource), StringComparison.Ordinal)) => OneOf<DecisionSource>(),
        _ when type.StartsWith("System.Nullable`1[System.UInt32", StringComparison.Ordinal) => "must be a whole number, not negative",
        _ when type == typeof(ApiRole).FullName => OneOf<ApiRole>(),
        _ => "must be an object",
    };

    private static string OneOf<T>() where T : struct, Enum =>
        $"must be one of {string.Join(", ", Enum.GetNames<T>().Select(name => $"'{JsonNamingPolicy.CamelCase.ConvertName(name)}'"))}";

    private static string PathOf(string? path)
    {
        path = path is null or "$" ? "" : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path[1..];
        return path.Length switch
        {
            0 => Body,
            > MaxPath => path[..MaxPath] + "…",
            _ => path,
        };
    }

    /// <summary>The path with the name from the message, where the serializer gives only the path of the object around it.</summary>
    private static string Named(string path, JsonException error) =>
        Quoted().Match(error.Message) is { Success: true } match && path != match.Groups[1].Value && !path.EndsWith("." + match.Groups[1].Value, StringComparison.Ordinal)
            ? Join(path, match.Groups[1].Value)
            : path;

    private static string Join(string path, string name) => path == Body ? name : $"{path}.{name}";

    [GeneratedRegex("'([A-Za-z0-9_]{1,64})'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"could not be converted to ([^\s]+?)\.(?:\s|$)")]
    private static partial Regex Converted();
}
