using Portcullis.Tokens;

namespace Portcullis.Assets;

/// <summary>What a CloudFront policy can say, which is less than a token can: one resource, times, an IPv4 address.</summary>
internal static class SignedRules
{
    /// <summary>Checks an asset that is valid otherwise.</summary>
    public static void Check(List<FieldError> errors, Asset asset)
    {
        var policy = asset.Policy;
        CheckCookieDomain(errors, asset);
        if (!policy.IsSigned)
            return;
        if (policy.Paths.Count > 1)
            errors.Add(new("policy.paths", $"has {policy.Paths.Count} entries; a signed policy has one resource, so one path at most"));
        if (policy.Exc.Count > 0)
            errors.Add(new("policy.exc", "must be empty: CloudFront checks every signed request alike"));
        foreach (var (field, binding) in (ReadOnlySpan<(string, GeoBinding)>)[("country", policy.Bind.Country), ("region", policy.Bind.Region), ("city", policy.Bind.City)])
        {
            if (binding != GeoBinding.None)
                errors.Add(new($"policy.bind.{field}", "must be 'none': a signed policy can bind the address only"));
        }
        if (policy.Bind.Headers.Count > 0)
            errors.Add(new("policy.bind.headers", "must be empty: a signed policy can bind the address only"));
        if (policy.Bind.Query.Count > 0)
            errors.Add(new("policy.bind.query", "must be empty: a signed policy can bind the address only"));
    }

    private static void CheckCookieDomain(List<FieldError> errors, Asset asset)
    {
        if (asset.Policy.Signed.CookieDomain is not { } domain)
            return;
        if (asset.Policy.Carriage != Carriage.SignedCookie)
            errors.Add(new("policy.signed.cookieDomain", "is for carriage 'signedCookie' only"));
        else if (domain.Length is 0 or > 253 || !domain.Contains('.') || Uri.CheckHostName(domain) != UriHostNameType.Dns || domain.Any(char.IsAsciiLetterUpper))
            errors.Add(new("policy.signed.cookieDomain", "must be a domain in lower case, such as example.com"));
        else if (asset.Host is { } host && new Uri(host).Host is var name && name != domain && !name.EndsWith("." + domain, StringComparison.Ordinal))
            errors.Add(new("policy.signed.cookieDomain", $"'{domain}' must be the asset's host or a domain above it, or browsers do not send the cookies"));
    }
}
