using Portcullis.Keys;
using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Assets;

/// <summary>Checks SMDE's token policy in an asset, and that a v1 asset asks for nothing that v1 tokens cannot do.</summary>
internal static class SmdeRules
{
    private const string Prefix = "v1Policy.";
    private const int MaxNames = 32, MaxPaths = 64, MaxPathLength = 512, MaxNameLength = 64;
    private const long LastEpoch = 253_402_300_799;

    // Of a token, only its length depends on these.
    private static readonly SigningKey LongestKey = SigningKey.ForV1(new string('k', SigningKey.MaxKeyIdLength), new string('s', SigningKey.MinV1SecretLength));

    private static readonly Viewer LongestViewer = new() { Ip = "192.0.2.1", Country = "-", Region = "-", City = "-" };

    /// <summary>A field as the mint names it, as a field of an asset.</summary>
    public static string FieldOf(string minted) => minted.StartsWith("policy.", StringComparison.Ordinal) ? Prefix + minted["policy.".Length..] : minted;

    /// <summary>Checks each field of the policy, and what else the asset's format says.</summary>
    public static void Check(List<FieldError> errors, Asset asset)
    {
        if (!Enum.IsDefined(asset.Format))
            errors.Add(new("format", "must be 'v1' or 'v2'"));
        if (asset.V1Policy is { } v1)
            CheckPolicy(errors, v1);
        else if (asset.Format == TokenFormat.V1)
            errors.Add(new("v1Policy", "is required by format 'v1'"));
        if (asset is { Format: TokenFormat.V1, Policy: { Bind: not null, Paths: not null, Exc: not null, Signed: not null } policy })
            CheckV2Fields(errors, policy);
    }

    /// <summary>What would only show when a token is minted or used. Looks at fields that are right already.</summary>
    public static void CheckTokens(List<FieldError> errors, Asset asset)
    {
        var policy = asset.V1Policy!;
        if (!policy.Paths.Concat(policy.Exc).Any(prefix => asset.UrlPath.StartsWith(prefix, StringComparison.Ordinal)))
            errors.Add(new("path", $"'{asset.UrlPath}', as it stands in URLs, must start with one of v1Policy.paths, or its own tokens would not play it"));
        var most = SmdeMint.Mint(policy, LongestViewer, new string('s', SessionId.MaxLength), LongestKey, now: 9_999_999_999);
        if (most.Token is null)
            errors.Add(new(FieldOf(most.Field!), most.Error!));
    }

    private static void CheckPolicy(List<FieldError> errors, SmdePolicy policy)
    {
        if (policy.Paths is { Count: 0 })
            errors.Add(new(Prefix + "paths", "must have at least one path"));
        CheckPaths(errors, "paths", policy.Paths);
        CheckPaths(errors, "exc", policy.Exc);
        if (!SmdeExpiry.TryRead(policy.Exp, 0, out _))
            errors.Add(new(Prefix + "exp", SmdeExpiry.Allowed));
        if (policy.Nbf is < 0 or > LastEpoch)
            errors.Add(new(Prefix + "nbf", $"{policy.Nbf} must be an epoch in seconds from 0 to {LastEpoch}"));
        if (policy.SessionAutoGenerate is < 0 or > SessionId.MaxLength)
            errors.Add(new(Prefix + "session_auto_generate", $"{policy.SessionAutoGenerate} must be 0 to {SessionId.MaxLength} characters"));
        CheckNames(errors, "headers", policy.Headers, static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        CheckNames(errors, "querystrings", policy.Querystrings, static c => c is > ' ' and <= '~' and not ('&' or '=' or '#'));
    }

    private static void CheckPaths(List<FieldError> errors, string field, IReadOnlyList<string>? paths)
    {
        if (!CheckCount(errors, field, paths, MaxPaths))
            return;
        for (var i = 0; i < paths!.Count; i++)
        {
            if (paths[i] is not { Length: > 0 and <= MaxPathLength } path || path[0] != '/' || path.Any(char.IsControl))
                errors.Add(new($"{Prefix}{field}[{i}]", $"must be the beginning of a path as it stands in URLs: a slash first, at most {MaxPathLength} characters"));
        }
    }

    private static void CheckNames(List<FieldError> errors, string field, IReadOnlyList<string>? names, Func<char, bool> isAllowed)
    {
        if (!CheckCount(errors, field, names, MaxNames))
            return;
        for (var i = 0; i < names!.Count; i++)
        {
            if (names[i] is not { Length: > 0 and <= MaxNameLength } name || !name.All(isAllowed))
                errors.Add(new($"{Prefix}{field}[{i}]", $"must be a name of 1 to {MaxNameLength} characters, unencoded"));
        }
    }

    private static bool CheckCount(List<FieldError> errors, string field, IReadOnlyList<string>? entries, int most)
    {
        if (entries is null)
            errors.Add(new(Prefix + field, "must not be null"));
        else if (entries.Count > most)
            errors.Add(new(Prefix + field, $"has {entries.Count} entries; at most {most} are allowed"));
        return entries is not null;
    }

    /// <summary>Fields that would be without effect are refused, except with their defaults: what is read can be put back.</summary>
    private static void CheckV2Fields(List<FieldError> errors, TokenPolicy policy)
    {
        var none = new TokenPolicy();
        foreach (var (field, isSet, instead) in (ReadOnlySpan<(string, bool, string)>)
        [
            ("lifetime", policy.Lifetime != none.Lifetime, "v1Policy.exp"),
            ("maxSession", policy.MaxSession != none.MaxSession, "v1Policy.exp; v1 tokens are not renewed"),
            ("paths", policy.Paths.Count > 0, "v1Policy.paths"),
            ("exc", policy.Exc.Count > 0, "v1Policy.exc"),
            ("bind", policy.Bind is not { Ip: false, Country: GeoBinding.None, Region: GeoBinding.None, City: GeoBinding.None, Headers.Count: 0, Query.Count: 0 }, "the fields of v1Policy"),
        ])
        {
            if (isSet)
                errors.Add(new($"policy.{field}", $"is for format 'v2'; an asset of format 'v1' has {instead}"));
        }
        if (policy.IsSigned)
            errors.Add(new("policy.carriage", "must be 'path' or 'query' in an asset of format 'v1'"));
    }
}
