using System.Security.Cryptography;
using System.Text;
using Portcullis.Keys;
using Portcullis.Tokens.V1;

namespace Portcullis.Tokens;

/// <summary>Verifies playback tokens. Pure: keys, viewer and time are arguments.</summary>
public static class TokenVerifier
{
    /// <summary>Longest token lifetime that is admitted unless configured otherwise, in seconds.</summary>
    public const int DefaultMaxTokenLifetime = 86_400;

    /// <summary>How much later than now <c>nbf</c> may be, in seconds.</summary>
    public const int NotBeforeLeeway = 5;

    /// <summary>Verifies the token of a request: in the first path segment, or in the query parameter <c>pt</c>.</summary>
    /// <param name="rawPath">The path as it came, without query, undecoded.</param>
    /// <param name="rawQuery">The query as it came, without its question mark; may be empty.</param>
    /// <param name="viewer">Who asks.</param>
    /// <param name="keys">The live keys.</param>
    /// <param name="now">Epoch seconds.</param>
    /// <param name="maxTokenLifetime">Longest <c>exp - iat</c> of a v2 token that is admitted, in seconds.</param>
    public static TokenVerdict Verify(
        ReadOnlySpan<byte> rawPath, ReadOnlySpan<byte> rawQuery, IViewer viewer, KeySet keys, long now, int maxTokenLifetime = DefaultMaxTokenLifetime)
    {
        var form = TokenSegment.TryCut(rawPath, rawQuery, out var cut);
        if (form != TokenRejection.None)
            return TokenVerdict.Refused(form);
        var rejection = FindKey(cut, keys, now, out var key);
        if (rejection == TokenRejection.None)
            rejection = CheckSignature(cut, key!);
        if (rejection != TokenRejection.None)
            return TokenVerdict.Refused(rejection);
        return key!.Format switch
        {
            TokenFormat.V2 => JudgeV2(cut, viewer, key, now, maxTokenLifetime),
            TokenFormat.V1 => SmdeVerifier.Judge(cut, viewer, key, now),
            _ => TokenVerdict.Refused(TokenRejection.Key),
        };
    }

    /// <summary>Checks signature and sid of a v2 token alone, whatever its times and paths: what a renewal starts from.</summary>
    /// <param name="rawPath">The path as it came, without query, undecoded.</param>
    /// <param name="keys">The live keys.</param>
    /// <param name="claims">The claims; null unless the result is None.</param>
    /// <param name="rest">The path behind the token.</param>
    public static TokenRejection Authenticate(ReadOnlySpan<byte> rawPath, KeySet keys, out TokenClaims? claims, out ReadOnlySpan<byte> rest)
    {
        claims = null;
        var rejection = TokenSegment.TryCut(rawPath, out var cut);
        rest = cut.Rest;
        SigningKey? key = null;
        if (rejection == TokenRejection.None)
            rejection = FindKey(cut, keys, 0, out key);
        if (rejection == TokenRejection.None && key is not { Format: TokenFormat.V2 })
            rejection = TokenRejection.Key;
        if (rejection == TokenRejection.None)
            rejection = CheckSignature(cut, key!);
        return rejection != TokenRejection.None ? rejection : TryReadClaims(cut, out claims);
    }

    private static TokenRejection FindKey(in TokenSegment cut, KeySet keys, long now, out SigningKey? key)
    {
        key = null;
        Span<char> keyId = stackalloc char[SigningKey.MaxKeyIdLength];
        if (!JoseHeader.TryReadKeyId(cut.Header, keyId, out var keyIdLength))
            return TokenRejection.Malformed;
        key = keys.Find(keyId[..keyIdLength]);
        return key is null || now >= key.NotAfter ? TokenRejection.Key : TokenRejection.None;
    }

    private static TokenRejection CheckSignature(in TokenSegment cut, SigningKey key) =>
        Jws.CheckSignature(cut.Header, cut.Signed, cut.Signature, key) ? TokenRejection.None : TokenRejection.Signature;

    private static TokenRejection TryReadClaims(in TokenSegment cut, out TokenClaims? claims)
    {
        claims = null;
        Span<byte> json = cut.Payload.Length <= 1024 ? stackalloc byte[1024] : new byte[cut.Payload.Length];
        if (!Base64Text.TryDecode(cut.Payload, json, out var length) || TokenClaimsJson.TryRead(json[..length]) is not { } read)
            return TokenRejection.Malformed;
        if (!SidEquals(cut.Sid, read.Sid))
            return TokenRejection.Session;
        claims = read;
        return TokenRejection.None;
    }

    private static TokenVerdict JudgeV2(in TokenSegment cut, IViewer viewer, SigningKey key, long now, int maxTokenLifetime)
    {
        var rejection = TryReadClaims(cut, out var claims);
        if (rejection == TokenRejection.None)
            rejection = CheckTimes(claims!, now, maxTokenLifetime);
        if (rejection != TokenRejection.None)
            return TokenVerdict.Refused(rejection, claims);
        if (MediaPath.Normalize(cut.Rest) is not { } path || (key.AllowedPaths.Count > 0 && !IsUnderAny(path, key.AllowedPaths)))
            return TokenVerdict.Refused(TokenRejection.Path, claims);
        if (!IsUnderAny(path, claims!.Exc))
        {
            if (!IsUnderAny(path, claims.Paths))
                return TokenVerdict.Refused(TokenRejection.Path, claims);
            if (!IsBoundTo(viewer, claims, key))
                return TokenVerdict.Refused(TokenRejection.Viewer, claims);
        }
        return new TokenVerdict(TokenRejection.None, claims.Sid, path, claims);
    }

    private static TokenRejection CheckTimes(TokenClaims claims, long now, int maxTokenLifetime)
    {
        if (claims.ExpiresAt - claims.IssuedAt > maxTokenLifetime || claims.ExpiresAt <= claims.IssuedAt)
            return TokenRejection.Lifetime;
        if (now >= claims.ExpiresAt)
            return TokenRejection.Expired;
        return claims.NotBefore > now + NotBeforeLeeway ? TokenRejection.NotYetValid : TokenRejection.None;
    }

    internal static bool IsUnderAny(string path, IReadOnlyList<string> allowed)
    {
        for (var i = 0; i < allowed.Count; i++)
        {
            if (MediaPath.IsUnder(path, allowed[i]))
                return true;
        }
        return false;
    }

    private static bool IsBoundTo(IViewer viewer, TokenClaims claims, SigningKey key)
    {
        if (claims.Binding is not null)
        {
            foreach (var attribute in claims.Attributes)
            {
                if (viewer.ValueOf(attribute) is null)
                    return false;
            }
            if (!FixedTimeEquals(claims.Binding, TokenBinding.Of(key, claims, viewer)))
                return false;
        }
        foreach (var (attribute, mac) in claims.OptionalBindings)
        {
            if (viewer.ValueOf(attribute) is not null && !FixedTimeEquals(mac, TokenBinding.OfAttribute(key, claims.Sid, attribute, viewer)))
                return false;
        }
        return true;
    }

    private static bool SidEquals(ReadOnlySpan<byte> presented, string claimed) =>
        !presented.IsEmpty && presented.Length == claimed.Length && Ascii.Equals(presented, claimed);

    internal static bool FixedTimeEquals(string left, string right) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
}
