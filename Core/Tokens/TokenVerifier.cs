using System.Buffers;
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

    // ASCII without white space, control characters and '\\'.
    private static readonly SearchValues<byte> CompactAscii = SearchValues.Create([.. Enumerable.Range('!', 127 - ' ').Select(value => (byte)value).Except("\\"u8.ToArray())]);

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

    /// <summary>Whether a path holds a v1 token whose signature verifies, whatever its claims.</summary>
    internal static bool IsGenuineV1(ReadOnlySpan<byte> rawPath, KeySet keys) =>
        TokenSegment.TryCut(rawPath, out var cut) == TokenRejection.None
        && FindKey(cut, keys, 0, out var key) == TokenRejection.None
        && key is { Format: TokenFormat.V1 }
        && CheckSignature(cut, key) == TokenRejection.None;

    private static TokenRejection FindKey(in TokenSegment cut, KeySet keys, long now, out SigningKey? key)
    {
        key = keys.FindByHeader(cut.Header);
        if (key is null)
        {
            Span<char> keyId = stackalloc char[SigningKey.MaxKeyIdLength];
            if (!JoseHeader.TryReadKeyId(cut.Header, keyId, out var keyIdLength))
                return TokenRejection.Malformed;
            key = keys.Find(keyId[..keyIdLength]);
        }
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
        Span<byte> json = cut.Payload.Length <= 1024 ? stackalloc byte[768] : new byte[cut.Payload.Length];
        if (!Base64Text.TryDecode(cut.Payload, json, out var length))
            return TokenVerdict.Refused(TokenRejection.Malformed);
        if (!IsCompact(json[..length]) || !ClaimsText.TryRead(json[..length], out var claims))
        {
            // Not as a mint writes it; it may still be JSON, and is judged in the form that a mint would have written.
            if (TokenClaimsJson.TryRead(json[..length]) is not { } read || !ClaimsText.TryRead(TokenClaimsJson.Compact(read), out claims))
                return TokenVerdict.Refused(TokenRejection.Malformed);
        }
        if (cut.Sid.IsEmpty || !claims.Sid.SequenceEqual(cut.Sid))
            return TokenVerdict.Refused(TokenRejection.Session);
        var sid = Encoding.ASCII.GetString(cut.Sid);
        var rejection = CheckTimes(claims, now, maxTokenLifetime);
        if (rejection != TokenRejection.None)
            return TokenVerdict.Refused(rejection, sid);
        scoped var path = cut.Rest;
        if (!MediaPath.IsNormal(path))
        {
            Span<byte> normal = path.Length <= 512 ? stackalloc byte[512] : new byte[Math.Min(path.Length, MediaPath.MaxLength)];
            if (!MediaPath.TryNormalize(path, normal, out length))
                return TokenVerdict.Refused(TokenRejection.Path, sid);
            path = normal[..length];
        }
        if (!key.Admits(path))
            return TokenVerdict.Refused(TokenRejection.Path, sid);
        if (!IsUnderAny(path, claims.Exc))
        {
            if (!IsUnderAny(path, claims.Paths))
                return TokenVerdict.Refused(TokenRejection.Path, sid);
            if (!TokenBinding.Holds(key, claims, sid, viewer))
                return TokenVerdict.Refused(TokenRejection.Viewer, sid);
        }
        return new TokenVerdict(TokenRejection.None, sid, Encoding.UTF8.GetString(path), claims.ExpiresAt);
    }

    private static bool IsCompact(ReadOnlySpan<byte> json) =>
        !json.ContainsAnyExcept(CompactAscii)
        || (json.IndexOf((byte)'\\') < 0 && json.IndexOfAnyInRange((byte)0, (byte)' ') < 0 && System.Text.Unicode.Utf8.IsValid(json));

    private static TokenRejection CheckTimes(in ClaimsText claims, long now, int maxTokenLifetime)
    {
        if (claims.ExpiresAt - claims.IssuedAt > maxTokenLifetime || claims.ExpiresAt <= claims.IssuedAt)
            return TokenRejection.Lifetime;
        if (now >= claims.ExpiresAt)
            return TokenRejection.Expired;
        return claims.NotBefore > now + NotBeforeLeeway ? TokenRejection.NotYetValid : TokenRejection.None;
    }

    private static bool IsUnderAny(ReadOnlySpan<byte> path, NamesText allowed)
    {
        while (allowed.TryTake(out var prefix))
        {
            if (MediaPath.IsUnder(path, prefix))
                return true;
        }
        return false;
    }

    private static bool SidEquals(ReadOnlySpan<byte> presented, string claimed) =>
        !presented.IsEmpty && presented.Length == claimed.Length && Ascii.Equals(presented, claimed);
}
