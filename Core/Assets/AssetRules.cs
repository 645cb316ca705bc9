using System.Globalization;
using Portcullis.Keys;
using Portcullis.Sessions;
using Portcullis.Tokens;

namespace Portcullis.Assets;

/// <summary>Checks an asset before it is stored.</summary>
public static class AssetRules
{
    private const int MaxNames = 8, MaxPaths = 16, MaxPathLength = 512, MaxWindows = 100;

    // Of a token, only its length depends on these.
    private static readonly SigningKey LongestKey = SigningKey.Draw(new string('k', SigningKey.MaxKeyIdLength));

    private static readonly Viewer LongestViewer = new() { Ip = "192.0.2.1", Country = "-", Region = "-", City = "-" };

    /// <summary>Everything that is wrong with an asset: field path in JSON spelling, and what is allowed. Empty when it is valid.</summary>
    public static IReadOnlyList<FieldError> Check(Asset asset)
    {
        var errors = new List<FieldError>();
        if (!IsId(asset.Id))
            errors.Add(new("id", $"'{Shown(asset.Id)}' must be 1 to 64 characters of A-Za-z0-9._- and start with a letter or digit"));
        if (asset.Host is { } host && !IsOrigin(host))
            errors.Add(new("host", $"'{Shown(host)}' must be scheme and host without a closing slash, such as https://media.example.com"));
        CheckPath(errors, "path", asset.Path);
        if (asset.Policy is null)
            errors.Add(new("policy", "must not be null"));
        else
            CheckPolicy(errors, asset.Policy);
        SmdeRules.Check(errors, asset);
        if (!Enum.IsDefined(asset.Arming))
            errors.Add(new("arming", "must be 'armed' or 'shadow'"));
        CheckWindows(errors, asset.ArmedWindows);
        if (asset.Detection is { } detection)
            errors.AddRange(DetectionRules.Check(detection, "detection."));
        // These look at fields that must be right already.
        if (errors.Count == 0)
            CheckTokens(errors, asset);
        return errors;
    }

    /// <summary>What would only show when a token is minted or used.</summary>
    private static void CheckTokens(List<FieldError> errors, Asset asset)
    {
        if (asset.Format == TokenFormat.V1)
        {
            SmdeRules.CheckTokens(errors, asset);
            return;
        }
        var policy = asset.EffectivePolicy;
        if (!policy.Paths.Concat(policy.Exc).Any(allowed => MediaPath.IsUnder(asset.Path, allowed)))
            errors.Add(new("path", $"'{Shown(asset.Path)}' must lie under one of policy.paths, or its own tokens would not play it"));
        SignedRules.Check(errors, asset);
        if (policy.IsSigned)
            return;
        var most = TokenMint.Mint(policy, LongestViewer, new string('s', SessionId.MaxLength), LongestKey, now: 9_999_999_999);
        if (most.Token is null)
            errors.Add(new(most.Field!, most.Error!));
    }

    /// <summary>Whether a text can be an asset id.</summary>
    public static bool IsId(string? id) =>
        id is { Length: > 0 and <= 64 } && char.IsAsciiLetterOrDigit(id[0]) && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>Exactly what goes in front of a path: a closing slash would make two, and a token is read after one.</summary>
    private static bool IsOrigin(string host)
    {
        var authority = host.StartsWith("https://", StringComparison.Ordinal) ? host.AsSpan(8) : host.StartsWith("http://", StringComparison.Ordinal) ? host.AsSpan(7) : default;
        return !authority.IsEmpty
            && !authority.ContainsAny("/\\?#@")
            && !authority.ContainsAnyExceptInRange('!', '~')
            && Uri.TryCreate(host, UriKind.Absolute, out _);
    }

    private static void CheckPolicy(List<FieldError> errors, TokenPolicy policy)
    {
        CheckRange(errors, "policy.lifetime", policy.Lifetime, 10, TokenVerifier.DefaultMaxTokenLifetime, "seconds");
        CheckRange(errors, "policy.maxSession", policy.MaxSession, Math.Clamp(policy.Lifetime, 10, 604_800), 604_800, "seconds");
        CheckRange(errors, "policy.allowedViewers", policy.AllowedViewers, 1, 100, "viewers");
        CheckPaths(errors, "policy.paths", policy.Paths);
        CheckPaths(errors, "policy.exc", policy.Exc);
        if (!Enum.IsDefined(policy.Carriage))
            errors.Add(new("policy.carriage", "must be 'path', 'query', 'signedUrl' or 'signedCookie'"));
        if (policy.Signed is null)
            errors.Add(new("policy.signed", "must not be null"));
        else if (!Enum.IsDefined(policy.Signed.Hash))
            errors.Add(new("policy.signed.hash", "must be 'sha1' or 'sha256'"));
        if (policy.Bind is null)
        {
            errors.Add(new("policy.bind", "must not be null"));
            return;
        }
        CheckGeo(errors, "policy.bind.country", policy.Bind.Country);
        CheckGeo(errors, "policy.bind.region", policy.Bind.Region);
        CheckGeo(errors, "policy.bind.city", policy.Bind.City);
        CheckNames(errors, "policy.bind.headers", policy.Bind.Headers, upperCase: false);
        CheckNames(errors, "policy.bind.query", policy.Bind.Query, upperCase: true);
    }

    private static void CheckWindows(List<FieldError> errors, IReadOnlyList<ArmedWindow>? windows)
    {
        if (windows is null)
        {
            errors.Add(new("armedWindows", "must not be null"));
            return;
        }
        if (windows.Count > MaxWindows)
            errors.Add(new("armedWindows", $"has {windows.Count} entries; at most {MaxWindows} are allowed"));
        for (var i = 0; i < Math.Min(windows.Count, MaxWindows); i++)
        {
            if (windows[i] is null)
                errors.Add(new($"armedWindows[{i}]", "must not be null"));
            else if (windows[i].Until <= windows[i].From)
                errors.Add(new($"armedWindows[{i}].until", string.Create(CultureInfo.InvariantCulture, $"{windows[i].Until:o} must be after from, which is {windows[i].From:o}")));
        }
    }

    private static void CheckRange(List<FieldError> errors, string field, int value, int least, int most, string unit)
    {
        if (value < least || value > most)
            errors.Add(new(field, $"{value} must be {least} to {most} {unit}"));
    }

    private static void CheckPaths(List<FieldError> errors, string field, IReadOnlyList<string>? paths)
    {
        if (paths is null)
        {
            errors.Add(new(field, "must not be null"));
            return;
        }
        if (paths.Count > MaxPaths)
            errors.Add(new(field, $"has {paths.Count} entries; at most {MaxPaths} are allowed"));
        for (var i = 0; i < paths.Count; i++)
            CheckPath(errors, $"{field}[{i}]", paths[i]);
    }

    private static void CheckPath(List<FieldError> errors, string field, string? path)
    {
        // A path is stored as it is compared: decoded, without dot segments.
        var ok = path is { Length: > 0 and <= MaxPathLength } && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal)
            && !path.Any(c => c is '\\' or '%' or '?' or '#' || char.IsControl(c))
            && !path.Split('/').Any(segment => segment is "." or "..");
        if (!ok)
            errors.Add(new(field, $"'{Shown(path)}' must be an absolute path of at most {MaxPathLength} characters, decoded, without dot segments, query or fragment"));
    }

    private static void CheckGeo(List<FieldError> errors, string field, GeoBinding binding)
    {
        if (!Enum.IsDefined(binding))
            errors.Add(new(field, "must be 'none', 'required' or 'whenPresent'"));
    }

    private static void CheckNames(List<FieldError> errors, string field, IReadOnlyList<string>? names, bool upperCase)
    {
        if (names is null)
        {
            errors.Add(new(field, "must not be null"));
            return;
        }
        if (names.Count > MaxNames)
            errors.Add(new(field, $"has {names.Count} entries; at most {MaxNames} are allowed"));
        for (var i = 0; i < names.Count; i++)
        {
            var ok = names[i] is { Length: > 0 and <= 64 } name
                && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.' || (upperCase && char.IsAsciiLetterUpper(c)));
            if (!ok)
                errors.Add(new($"{field}[{i}]", $"'{Shown(names[i])}' must be 1 to 64 characters of {(upperCase ? "A-Za-z" : "a-z")}0-9-_."));
            else if (names.Take(i).Contains(names[i]))
                errors.Add(new($"{field}[{i}]", $"'{names[i]}' occurs twice"));
        }
    }

    private static string Shown(string? value) => value is null ? "null" : value.Length <= 80 ? value : value[..80] + "…";
}

/// <summary>A field of an input that is wrong.</summary>
/// <param name="Field">The field's path in JSON spelling, such as <c>policy.lifetime</c>.</param>
/// <param name="Error">The value, and what is allowed.</param>
public sealed record FieldError(string Field, string Error);
