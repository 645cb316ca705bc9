using System.Text;
using Portcullis.Keys;

namespace Portcullis.Tokens.V1;

/// <summary>Judges v1 tokens whose signature has verified, in the order of SMDE's edge function.</summary>
/// <remarks>
/// SMDE's edge also asks for 60 characters; every token with a header that <see cref="JoseHeader"/> admits and a signature of 43 has more.
/// Beyond SMDE's rules, a path that could mean two things is refused, and the key's <see cref="SigningKey.AllowedPaths"/> hold.
/// </remarks>
internal static class SmdeVerifier
{
    public static TokenVerdict Judge(in TokenSegment cut, IViewer viewer, SigningKey key, long now)
    {
        Span<byte> json = cut.Payload.Length <= 1024 ? stackalloc byte[1024] : new byte[cut.Payload.Length];
        if (!Base64Text.TryDecode(cut.Payload, json, out var length) || SmdeClaimsJson.TryRead(json[..length]) is not { } claims)
            return TokenVerdict.Refused(TokenRejection.Malformed);
        // No leeway on either side.
        if (now > claims.ExpiresAt)
            return TokenVerdict.Refused(TokenRejection.Expired);
        if (now < claims.NotBefore)
            return TokenVerdict.Refused(TokenRejection.NotYetValid);
        if (PathOf(cut.Rest) is not { } path || (key.AllowedPaths.Count > 0 && !TokenVerifier.IsUnderAny(path, key.AllowedPaths)))
            return TokenVerdict.Refused(TokenRejection.Path);
        var sid = cut.Sid.IsEmpty ? null : Encoding.ASCII.GetString(cut.Sid);
        if (!StartsWithAny(cut.Rest, claims.Exc))
        {
            if (!StartsWithAny(cut.Rest, claims.Paths))
                return TokenVerdict.Refused(TokenRejection.Path);
            if (!SmdeBinding.IsBoundTo(viewer, claims, sid, key))
                return TokenVerdict.Refused(TokenRejection.Viewer);
        }
        return new TokenVerdict(TokenRejection.None, sid, path, null);
    }

    /// <summary>The normalised path; null when it could mean two things or holds dot segments, which would walk out of a raw prefix.</summary>
    private static string? PathOf(ReadOnlySpan<byte> raw)
    {
        if (MediaPath.Normalize(raw) is not { } path)
            return null;
        // Each escape is two bytes longer than what it stands for; whatever else is missing was a dot segment.
        var decodedLength = raw.Length - (2 * raw.Count((byte)'%'));
        return Encoding.UTF8.GetByteCount(path) == decodedLength ? path : null;
    }

    private static bool StartsWithAny(ReadOnlySpan<byte> raw, IReadOnlyList<string> prefixes)
    {
        for (var i = 0; i < prefixes.Count; i++)
        {
            if (raw.StartsWith(Encoding.UTF8.GetBytes(prefixes[i])))
                return true;
        }
        return false;
    }
}
