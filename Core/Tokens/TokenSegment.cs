using System.Buffers;
using System.Text;

namespace Portcullis.Tokens;

/// <summary>The raw path of a request cut into sid, token parts and the rest, without copying.</summary>
/// <remarks>
/// The token segment is byte-strict: <c>[A-Za-z0-9_.-]+</c>, undecoded, after exactly one slash. Four parts are a sid and a
/// token; three parts a token without sid (v1 only).
/// </remarks>
public readonly ref struct TokenSegment
{
    /// <summary>Longest token segment, in bytes. CloudFront's whole URL may have 8,192.</summary>
    public const int MaxLength = 4096;

    private static readonly SearchValues<byte> Allowed =
        SearchValues.Create(Encoding.ASCII.GetBytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"));

    private readonly Jws _jws;

    private TokenSegment(ReadOnlySpan<byte> sid, scoped in Jws jws, ReadOnlySpan<byte> rest)
    {
        Sid = sid;
        _jws = jws;
        Rest = rest;
    }

    /// <summary>The session id, or empty.</summary>
    public ReadOnlySpan<byte> Sid { get; }

    /// <summary>The JOSE header, base64url.</summary>
    public ReadOnlySpan<byte> Header => _jws.Header;

    /// <summary>The claims, base64url.</summary>
    public ReadOnlySpan<byte> Payload => _jws.Payload;

    /// <summary>The signature, base64url.</summary>
    public ReadOnlySpan<byte> Signature => _jws.Signature;

    /// <summary>What the signature covers: header, a dot, payload.</summary>
    public ReadOnlySpan<byte> Signed => _jws.Signed;

    /// <summary>The path after the token, starting with its slash, as it came.</summary>
    public ReadOnlySpan<byte> Rest { get; }

    /// <summary>Cuts a raw path (no query). The result says whether there is a token at all, and whether it has the right form.</summary>
    public static TokenRejection TryCut(ReadOnlySpan<byte> path, out TokenSegment cut)
    {
        cut = default;
        if (path.Length < 2 || path[0] != '/' || path[1] == '/')
            return TokenRejection.Missing;
        var text = path[1..];
        var end = text.IndexOfAnyExcept(Allowed);
        if (end < 0)
            return TokenRejection.Missing;
        if (text[end] == '/')
            return text[..end].Contains((byte)'.') ? TryCutParts(text[..end], text[end..], out cut) : TokenRejection.Missing;
        // A first segment with a dot is meant as a token, even with a byte that none has.
        end = text.IndexOf((byte)'/');
        return end >= 0 && text[..end].Contains((byte)'.') ? TokenRejection.Malformed : TokenRejection.Missing;
    }

    /// <summary>Cuts a request's path, or where that has no token, the one query parameter <c>pt</c>.</summary>
    /// <param name="path">The raw path, without query.</param>
    /// <param name="query">The raw query, without its question mark; may be empty.</param>
    /// <param name="cut">The parts; the rest is the path behind the token, or the whole path.</param>
    public static TokenRejection TryCut(ReadOnlySpan<byte> path, ReadOnlySpan<byte> query, out TokenSegment cut)
    {
        var rejection = TryCut(path, out cut);
        if (rejection != TokenRejection.Missing || query.IsEmpty)
            return rejection;
        ReadOnlySpan<byte> token = default;
        var found = false;
        foreach (var range in query.Split((byte)'&'))
        {
            var parameter = query[range];
            var named = parameter.SequenceEqual("pt"u8);
            if (!named && !parameter.StartsWith("pt="u8))
                continue;
            if (found)
                return TokenRejection.Malformed;
            found = true;
            token = named ? default : parameter[3..];
        }
        if (!found)
            return TokenRejection.Missing;
        return token.ContainsAnyExcept(Allowed) ? TokenRejection.Malformed : TryCutParts(token, path, out cut);
    }

    /// <summary>Cuts a segment whose bytes are all allowed.</summary>
    private static TokenRejection TryCutParts(ReadOnlySpan<byte> segment, ReadOnlySpan<byte> rest, out TokenSegment cut)
    {
        cut = default;
        if (segment.Length > MaxLength)
            return TokenRejection.Malformed;
        var dot = segment.IndexOf((byte)'.');
        if (dot >= 0 && Jws.TryCutChecked(segment[(dot + 1)..], out var jws))
        {
            var sid = segment[..dot];
            if (!SessionId.IsValid(sid))
                return TokenRejection.Malformed;
            cut = new TokenSegment(sid, jws, rest);
            return TokenRejection.None;
        }
        if (!Jws.TryCutChecked(segment, out jws))
            return TokenRejection.Malformed;
        cut = new TokenSegment(default, jws, rest);
        return TokenRejection.None;
    }
}
