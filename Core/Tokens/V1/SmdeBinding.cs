using System.Buffers.Text;
using System.Text;
using Portcullis.Keys;

namespace Portcullis.Tokens.V1;

/// <summary>
/// The text under a v1 token's <c>intsig</c>: values joined by <c>:</c> in the order ip, co, cty, reg, sid, headers, query parameters.
/// Absent headers and parameters leave no trace, and nothing says where a value ends: SMDE's format, kept as it is.
/// </summary>
internal static class SmdeBinding
{
    // What becomes of a missing value where JavaScript joins it to a text.
    private const string Missing = "undefined";

    /// <summary>The text for a mint; empty when nothing is bound.</summary>
    /// <remarks>
    /// The city is left out although SMDE's library puts it in: SMDE's edge leaves it out when it recomputes the text, and refuses every
    /// token that has it. Empty values, on the other hand, are skipped as the library does.
    /// </remarks>
    public static string AtMint(SmdeClaims claims, IViewer viewer, string sid) => Join(claims, viewer, sid, withCity: false, withEmpty: false);

    /// <summary>Whether the viewer is the one of the token, by the rules of SMDE's edge.</summary>
    public static bool IsBoundTo(IViewer viewer, SmdeClaims claims, string? sid, SigningKey key)
    {
        if (claims.Ip && claims.IpVersion != VersionOf(viewer.Ip))
            return false;
        if (string.IsNullOrEmpty(claims.Binding))
            return true;
        // Order counts: what is missing first decides, and a fallback skips everything that follows or was collected.
        if (claims.Country && viewer.Country is null)
            return claims.CountryFallback;
        if (claims.Region && viewer.Region is null)
            return claims.RegionFallback;
        if (claims.Session && sid is null)
            return false;
        var text = AtEdge(claims, viewer, sid, withCity: false);
        // SMDE's edge takes an empty text for "nothing is bound": a viewer who leaves out all bound headers passes.
        return text.Length == 0
            || Matches(claims.Binding, text, key)
            // What SMDE's library minted with a city: SMDE's edge cannot verify it, here it can be.
            || (claims.City && Matches(claims.Binding, AtEdge(claims, viewer, sid, withCity: true), key));
    }

    public static string Mac(string text, SigningKey key)
    {
        Span<byte> mac = stackalloc byte[32];
        key.Bind(Encoding.UTF8.GetBytes(text), mac);
        return Base64Url.EncodeToString(mac);
    }

    /// <summary>4 or 6 for an address in canonical text; null for none.</summary>
    public static long? VersionOf(string? address) => address is null ? null : address.Contains(':', StringComparison.Ordinal) ? 6 : 4;

    // An empty value counts at SMDE's edge, not in its library.
    private static string AtEdge(SmdeClaims claims, IViewer viewer, string? sid, bool withCity) => Join(claims, viewer, sid, withCity, withEmpty: true);

    private static string Join(SmdeClaims claims, IViewer viewer, string? sid, bool withCity, bool withEmpty)
    {
        var text = new StringBuilder();
        if (claims.Ip)
            Add(text, viewer.Ip ?? Missing);
        if (claims.Country)
            Add(text, viewer.Country ?? Missing);
        if (claims.City && withCity)
            Add(text, viewer.City ?? Missing);
        if (claims.Region)
            Add(text, viewer.Region ?? Missing);
        if (claims.Session)
            Add(text, sid ?? Missing);
        foreach (var name in claims.Headers)
            AddIfPresent(text, HeaderOf(viewer, name), withEmpty);
        foreach (var name in claims.Query)
            AddIfPresent(text, viewer.Query(name), withEmpty);
        return text.Length == 0 ? "" : text.ToString(0, text.Length - 1);
    }

    private static void AddIfPresent(StringBuilder text, string? value, bool withEmpty)
    {
        if (value is not null && (withEmpty || value.Length > 0))
            Add(text, value);
    }

    /// <summary>SMDE finds headers under lower-case names only; others it takes for absent.</summary>
    private static string? HeaderOf(IViewer viewer, string name) => name.AsSpan().ContainsAnyInRange('A', 'Z') ? null : viewer.Header(name);

    private static bool Matches(string binding, string text, SigningKey key) => TokenVerifier.FixedTimeEquals(binding, Mac(text, key));

    private static void Add(StringBuilder text, string value) => text.Append(value).Append(':');
}
