using System.Buffers.Text;
using System.Text;
using Portcullis.Keys;

namespace Portcullis.Tokens.V1;

/// <summary>Mints v1 tokens: the bytes that SMDE's library would, for the same policy, viewer, sid and time.</summary>
/// <remarks>
/// One exception: a policy with <c>cty</c> gives another <c>intsig</c>, since SMDE's edge refuses its library's tokens then. v1 tokens
/// have the faults of their format (<c>docs/tokens.md</c>); mint v2 unless SMDE's edge function must admit them.
/// </remarks>
public static class SmdeMint
{
    private const int DefaultSidLength = 12;

    /// <summary>Mints the token of a session.</summary>
    /// <param name="policy">A policy from <see cref="SmdePolicyJson"/>.</param>
    /// <param name="viewer">The viewer the token is for; must show every attribute that the policy binds without fallback.</param>
    /// <param name="sid">The session id; null to draw one. Without <c>ssn</c> the token carries none, and this is ignored as SMDE does.</param>
    /// <param name="v1Key">A v1 key.</param>
    /// <param name="now">Epoch seconds; becomes <c>iat</c>.</param>
    /// <returns>
    /// The token, with an empty sid when the policy binds no session, and a session that ends with it: v1 tokens are not renewed.
    /// Or the field that prevents it.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="v1Key"/> is a v2 key.</exception>
    public static MintResult Mint(SmdePolicy policy, IViewer viewer, string? sid, SigningKey v1Key, long now)
    {
        if (v1Key.Format != TokenFormat.V1)
            throw new ArgumentException($"Key '{v1Key.KeyId}' is of format {v1Key.Format}; a v1 token needs a v1 key.", nameof(v1Key));
        if (!SmdeExpiry.TryRead(policy.Exp, now, out var expiresAt))
            return MintResult.Refused("policy.exp", SmdeExpiry.Allowed);
        if (MissingAttribute(policy, viewer) is { } field)
            return MintResult.Refused(field, "is required by the asset's token policy");
        if (policy.Ssn && sid is null && policy.SessionAutoGenerate > SessionId.MaxLength)
            return MintResult.Refused("policy.session_auto_generate", $"{policy.SessionAutoGenerate} must be at most {SessionId.MaxLength} characters");
        var session = policy.Ssn ? sid ?? DrawSid(policy) : "";
        if (policy.Ssn && !SessionId.IsValid(session))
            return MintResult.Refused("sid", "must be 1 to 64 characters of A-Za-z0-9_-");

        var claims = new SmdeClaims
        {
            Ip = policy.Ip,
            IpVersion = policy.Ip ? SmdeBinding.VersionOf(viewer.Ip) : null,
            Country = policy.Co,
            City = policy.Cty,
            Region = policy.Reg,
            // Written only beside the attribute they are for.
            CountryFallback = policy is { Co: true, CoFallback: true },
            RegionFallback = policy is { Reg: true, RegFallback: true },
            Session = policy.Ssn,
            ExpiresAt = expiresAt,
            NotBefore = policy.Nbf,
            IssuedAt = now,
            Headers = policy.Headers,
            Query = policy.Querystrings,
            Paths = policy.Paths,
            Exc = policy.Exc,
        };
        var text = SmdeBinding.AtMint(claims, viewer, session);
        if (text.Length > 0)
            claims = claims with { Binding = SmdeBinding.Mac(text, v1Key) };
        var token = Sign(SmdeClaimsJson.Write(claims), v1Key);
        var segment = session.Length == 0 ? token : $"{session}.{token}";
        return segment.Length <= TokenSegment.MaxLength
            ? MintResult.Minted(new MintedToken(session, segment, now, expiresAt, expiresAt))
            : MintResult.Refused("policy.paths", $"make a token of {segment.Length} characters; the edge reads at most {TokenSegment.MaxLength}");
    }

    /// <summary>The token <c>header.payload.signature</c> for claims as they stand.</summary>
    internal static string Sign(string claims, SigningKey key)
    {
        var signed = $"{Encoding.ASCII.GetString(key.EncodedHeader)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        Span<byte> mac = stackalloc byte[32];
        key.Sign(Encoding.ASCII.GetBytes(signed), mac);
        return $"{signed}.{Base64Url.EncodeToString(mac)}";
    }

    private static string DrawSid(SmdePolicy policy) =>
        SessionId.DrawRandom(policy.SessionAutoGenerate > 6 ? policy.SessionAutoGenerate : DefaultSidLength);

    private static string? MissingAttribute(SmdePolicy policy, IViewer viewer) =>
        policy.Ip && viewer.Ip is null ? "viewer.ip"
        : policy is { Co: true, CoFallback: false } && viewer.Country is null ? "viewer.country"
        : policy is { Reg: true, RegFallback: false } && viewer.Region is null ? "viewer.region"
        : policy is { Cty: true, CtyFallback: false } && viewer.City is null ? "viewer.city"
        : null;
}
