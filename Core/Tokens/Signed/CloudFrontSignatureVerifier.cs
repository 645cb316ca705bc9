using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Portcullis.Tokens.Signed;

/// <summary>
/// Checks signed URLs and cookies as CloudFront does. It shares with <see cref="CloudFrontSigner"/> only the names of parameters and the
/// base64 alphabet: a statement is rebuilt or read here by code of its own.
/// </summary>
public static class CloudFrontSignatureVerifier
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Checks signature, resource, times and address.</summary>
    /// <param name="url">The absolute URL as the viewer asked, signature parameters included.</param>
    /// <param name="cookies">The request's cookies by name, or null; they count only where the URL is not signed.</param>
    /// <param name="viewer">The viewer's address; null when it is not known.</param>
    /// <param name="keys">The keys of the key group.</param>
    /// <param name="now">Epoch seconds.</param>
    public static SignatureVerdict Verify(string url, IReadOnlyDictionary<string, string>? cookies, IPAddress? viewer, IReadOnlyList<CloudFrontPublicKey> keys, long now)
    {
        var verdict = Authenticate(url, cookies, keys);
        if (!verdict.IsAccepted)
            return verdict;
        var policy = verdict.Policy!;
        var rejection = now >= policy.DateLessThan ? TokenRejection.Expired
            : now <= policy.DateGreaterThan ? TokenRejection.NotYetValid
            : policy.SourceIp is not null && !AddressRange.Holds(policy.SourceIp, viewer) ? TokenRejection.Viewer
            : TokenRejection.None;
        return verdict with { Rejection = rejection };
    }

    /// <summary>Checks signature and resource alone, whatever the times and the address: what a renewal starts from.</summary>
    /// <inheritdoc cref="Verify"/>
    public static SignatureVerdict Authenticate(string url, IReadOnlyDictionary<string, string>? cookies, IReadOnlyList<CloudFrontPublicKey> keys)
    {
        var mark = url.IndexOf('?');
        var rejection = PresentedSignature.TryRead(mark < 0 ? "" : url[(mark + 1)..], cookies, out var presented);
        if (rejection != TokenRejection.None)
            return new(rejection, null);
        var asked = Unsigned(url, mark);
        if (StatementOf(presented, asked) is not { } statement || CloudFrontText.TryDecode(presented.Signature) is not { } signature)
            return new(TokenRejection.Malformed, null);
        if (keys.FirstOrDefault(key => key.KeyPairId == presented.KeyPairId) is not { } key)
            return new(TokenRejection.Key, null);
        if (!key.Verify(statement, signature, presented.Hash))
            return new(TokenRejection.Signature, null);
        if (TryReadPolicy(statement) is not { } policy)
            return new(TokenRejection.Malformed, null);
        return new(presented.Policy is null || Admits(policy.Resource, asked) ? TokenRejection.None : TokenRejection.Path, policy);
    }

    /// <summary>Whether a custom policy's resource admits a URL: <c>*</c> stands for any characters, <c>?</c> for one; scheme and host in any case.</summary>
    internal static bool Admits(string resource, string url) => Matches(WithLowerAuthority(resource), WithLowerAuthority(url));

    /// <summary>The URL without the parameters that signing added, other parameters in their order.</summary>
    private static string Unsigned(string url, int mark)
    {
        if (mark < 0)
            return url;
        var kept = string.Join('&', url[(mark + 1)..].Split('&').Where(piece => !SignatureNames.IsParameter(piece)));
        return kept.Length == 0 ? url[..mark] : $"{url[..mark]}?{kept}";
    }

    private static byte[]? StatementOf(in PresentedSignature presented, string asked)
    {
        if (presented.Policy is not null)
            return CloudFrontText.TryDecode(presented.Policy);
        if (!long.TryParse(presented.Expires, NumberStyles.None, CultureInfo.InvariantCulture, out var expires) || asked.AsSpan().ContainsAny('"', '\\'))
            return null;
        return Encoding.UTF8.GetBytes($$"""{"Statement":[{"Resource":"{{asked}}","Condition":{"DateLessThan":{"AWS:EpochTime":{{expires}}""" + "}}}]}");
    }

    /// <summary>Reads a statement. Null for anything that CloudFront's reference does not list.</summary>
    private static CloudFrontPolicy? TryReadPolicy(byte[] statement)
    {
        try
        {
            using var document = JsonDocument.Parse(statement, Strict);
            var root = document.RootElement;
            if (!HasOnly(root, "Statement") || root.GetProperty("Statement") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() != 1)
                return null;
            var only = list[0];
            if (!HasOnly(only, "Resource", "Condition") || !HasOnly(only.GetProperty("Condition"), "DateLessThan", "DateGreaterThan", "IpAddress"))
                return null;
            var condition = only.GetProperty("Condition");
            if (condition.TryGetProperty("IpAddress", out var address) && address.GetProperty("AWS:SourceIp").ValueKind != JsonValueKind.String)
                return null;
            return only.GetProperty("Resource").GetString() is not { } resource ? null : new CloudFrontPolicy
            {
                Resource = resource,
                DateLessThan = condition.GetProperty("DateLessThan").GetProperty("AWS:EpochTime").GetInt64(),
                DateGreaterThan = condition.TryGetProperty("DateGreaterThan", out var start) ? start.GetProperty("AWS:EpochTime").GetInt64() : null,
                SourceIp = address.ValueKind == JsonValueKind.Object ? address.GetProperty("AWS:SourceIp").GetString() : null,
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // Whoever holds the private key signed something else: not ours to interpret.
            return null;
        }
    }

    private static bool HasOnly(JsonElement element, params ReadOnlySpan<string> names)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!names.Contains(property.Name))
                return false;
        }
        return true;
    }

    private static string WithLowerAuthority(string url)
    {
        var authority = url.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
            return url;
        var end = url.IndexOf('/', authority + 3);
        return end < 0 ? url.ToLowerInvariant() : url[..end].ToLowerInvariant() + url[end..];
    }

    /// <summary>Greedy matching with one point to return to: linear for each star.</summary>
    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }
        return pattern[p..].TrimStart('*').IsEmpty;
    }
}
