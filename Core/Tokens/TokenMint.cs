using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Portcullis.Keys;

namespace Portcullis.Tokens;

/// <summary>Mints v2 tokens.</summary>
public static class TokenMint
{
    /// <summary>Mints the token of a session.</summary>
    /// <param name="policy">A valid policy with at least one path.</param>
    /// <param name="viewer">The viewer the token is for; must show every attribute that the policy requires.</param>
    /// <param name="sid">The session id.</param>
    /// <param name="key">A v2 key.</param>
    /// <param name="now">Epoch seconds; becomes <c>iat</c>.</param>
    /// <param name="sessionStart">Epoch seconds of the session's first mint, for a renewal; null for a new session.</param>
    /// <param name="maxTokenLifetime">Longest lifetime that the edge admits, in seconds.</param>
    /// <exception cref="ArgumentException"><paramref name="key"/> is a v1 key.</exception>
    public static MintResult Mint(TokenPolicy policy, IViewer viewer, string sid, SigningKey key, long now, long? sessionStart = null, int maxTokenLifetime = TokenVerifier.DefaultMaxTokenLifetime)
    {
        if (key.Format != TokenFormat.V2)
            throw new ArgumentException($"Key '{key.KeyId}' is of format {key.Format}; a v2 token needs a v2 key.", nameof(key));
        if (!SessionId.IsValid(sid))
            return MintResult.Refused("sid", "must be 1 to 64 characters of A-Za-z0-9_-");
        if (policy.Lifetime > maxTokenLifetime)
            return MintResult.Refused("policy.lifetime", $"{policy.Lifetime} s must be at most {maxTokenLifetime} s");
        var start = sessionStart ?? now;
        var sessionEnds = start + policy.MaxSession;
        if (sessionEnds <= now)
            return MintResult.Refused("token", $"the session has reached its longest duration of {policy.MaxSession} s");

        var required = new List<string>(4);
        var optional = new List<KeyValuePair<string, string>>();
        foreach (var attribute in BindingText.Order)
        {
            var binding = BindingOf(policy.Bind, attribute);
            if (binding == GeoBinding.None)
                continue;
            if (viewer.ValueOf(attribute) is not null)
            {
                if (binding == GeoBinding.Required)
                    required.Add(attribute);
                else
                    optional.Add(new(attribute, TokenBinding.OfAttribute(key, sid, attribute, viewer)));
            }
            else if (binding == GeoBinding.Required)
            {
                return MintResult.Refused($"viewer.{FieldName(attribute)}", "is required by the asset's token policy");
            }
        }
        var claims = new TokenClaims
        {
            IssuedAt = now,
            ExpiresAt = Math.Min(now + policy.Lifetime, sessionEnds),
            SessionStart = start,
            Sid = sid,
            Paths = policy.Paths,
            Exc = policy.Exc,
            Attributes = required,
            Headers = policy.Bind.Headers,
            Query = policy.Bind.Query,
            OptionalBindings = optional,
        };
        if (required.Count > 0 || claims.Headers.Count > 0 || claims.Query.Count > 0)
            claims = claims with { Binding = TokenBinding.Of(key, claims, viewer) };
        var segment = Sign(claims, key);
        return segment.Length <= TokenSegment.MaxLength
            ? MintResult.Minted(new MintedToken(sid, segment, now, claims.ExpiresAt, sessionEnds))
            : MintResult.Refused("policy.paths", $"make a token of {segment.Length} characters; the edge reads at most {TokenSegment.MaxLength}");
    }

    /// <summary>The token segment for claims as they stand: <c>sid.header.payload.signature</c>.</summary>
    internal static string Sign(TokenClaims claims, SigningKey key)
    {
        var json = new ArrayBufferWriter<byte>(512);
        TokenClaimsJson.Write(json, claims);
        var signed = new byte[key.EncodedHeader.Length + 1 + Base64Url.GetEncodedLength(json.WrittenCount)];
        key.EncodedHeader.CopyTo(signed, 0);
        signed[key.EncodedHeader.Length] = (byte)'.';
        Base64Url.EncodeToUtf8(json.WrittenSpan, signed.AsSpan(key.EncodedHeader.Length + 1));
        Span<byte> mac = stackalloc byte[32];
        key.Sign(signed, mac);
        return string.Concat(claims.Sid, ".", Encoding.ASCII.GetString(signed), string.Concat(".", Base64Url.EncodeToString(mac)));
    }

    private static GeoBinding BindingOf(ViewerBinding bind, string attribute) => attribute switch
    {
        BindingText.Ip => bind.Ip ? GeoBinding.Required : GeoBinding.None,
        BindingText.Country => bind.Country,
        BindingText.Region => bind.Region,
        _ => bind.City,
    };

    private static string FieldName(string attribute) => attribute switch
    {
        BindingText.Ip => "ip",
        BindingText.Country => "country",
        BindingText.Region => "region",
        _ => "city",
    };
}
