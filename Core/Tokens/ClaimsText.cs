namespace Portcullis.Tokens;

/// <summary>
/// The claims of a v2 token read in place, without allocating, from compact JSON: no white space, every claim at most once. Other JSON is
/// brought to that form first (<see cref="TokenClaimsJson"/>).
/// </summary>
/// <remarks>
/// A method that reads returns what stands behind what it read, and nothing where it does not find what it should: behind a member there
/// is always at least a brace.
/// </remarks>
internal ref struct ClaimsText
{
    /// <summary>The edge's JavaScript holds no whole number above it exactly.</summary>
    private const long MostNumber = 9_007_199_254_740_992;

    private const int MostDigits = 16;

    /// <summary>Epoch seconds; 0 where the claim is absent.</summary>
    public long Version, IssuedAt, ExpiresAt, NotBefore, SessionStart;

    /// <summary>Text between the quotes; empty where the claim is absent.</summary>
    public ReadOnlySpan<byte> Sid, Binding;

    /// <summary>What stands between the brackets; empty where the claim is absent.</summary>
    public NamesText Paths, Exc, Attributes, Headers, Query;

    /// <summary>What stands between the braces of <c>opt</c>.</summary>
    public ReadOnlySpan<byte> Optional;

    private Claim _seen;

    [Flags]
    private enum Claim
    {
        Ver = 1, Iat = 2, Exp = 4, Nbf = 8, Sst = 16, Sid = 32, Paths = 64, Exc = 128, Attr = 256, Headers = 512, Qs = 1024, Bind = 2048, Opt = 4096,
        Mandatory = Ver | Iat | Exp | Sid | Paths,
    }

    /// <summary>Whether there is a binding to be compared, be it an empty one, which none equals.</summary>
    public readonly bool IsBound => (_seen & Claim.Bind) != 0;

    private readonly bool IsComplete
    {
        get
        {
            var needsBinding = !Attributes.IsEmpty || !Headers.IsEmpty || !Query.IsEmpty;
            return (_seen & Claim.Mandatory) == Claim.Mandatory && Version == 2 && needsBinding == IsBound;
        }
    }

    /// <summary>Reads compact JSON. False when it is not compact, or not claims.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out ClaimsText claims)
    {
        claims = default;
        return claims.TryRead(json);
    }

    private bool TryRead(ReadOnlySpan<byte> json)
    {
        var rest = Behind(json, "{"u8);
        while (!rest.IsEmpty)
        {
            rest = ReadMember(rest);
            if (rest.Length == 1)
                return rest[0] == '}' && IsComplete;
            rest = Behind(rest, ","u8);
        }
        return false;
    }

    private ReadOnlySpan<byte> ReadMember(ReadOnlySpan<byte> text) => (text.Length > 3 ? text[1] : 0) switch
    {
        'v' => ReadNumber(Behind(text, "\"ver\":"u8), Claim.Ver, ref Version),
        'i' => ReadNumber(Behind(text, "\"iat\":"u8), Claim.Iat, ref IssuedAt),
        'n' => ReadNumber(Behind(text, "\"nbf\":"u8), Claim.Nbf, ref NotBefore),
        'e' when text[3] == 'p' => ReadNumber(Behind(text, "\"exp\":"u8), Claim.Exp, ref ExpiresAt),
        'e' => ReadNames(Behind(text, "\"exc\":["u8), Claim.Exc, ref Exc),
        's' when text[2] == 'i' => ReadPlain(Behind(text, "\"sid\":\""u8), Claim.Sid, ref Sid),
        's' => ReadNumber(Behind(text, "\"sst\":"u8), Claim.Sst, ref SessionStart),
        'p' => ReadNames(Behind(text, "\"paths\":["u8), Claim.Paths, ref Paths),
        'a' => ReadNames(Behind(text, "\"attr\":["u8), Claim.Attr, ref Attributes),
        'h' => ReadNames(Behind(text, "\"headers\":["u8), Claim.Headers, ref Headers),
        'q' => ReadNames(Behind(text, "\"qs\":["u8), Claim.Qs, ref Query),
        'b' => ReadPlain(Behind(text, "\"bind\":\""u8), Claim.Bind, ref Binding),
        'o' => ReadOptional(Behind(text, "\"opt\":{"u8)),
        _ => default,
    };

    private static ReadOnlySpan<byte> Behind(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start) => text.StartsWith(start) ? text[start.Length..] : default;

    /// <summary>Notes a claim. False when it has been there before.</summary>
    private bool IsFirst(Claim claim)
    {
        var before = _seen;
        _seen |= claim;
        return before != _seen;
    }

    private ReadOnlySpan<byte> ReadNumber(ReadOnlySpan<byte> text, Claim claim, scoped ref long value)
    {
        long number = 0;
        var length = 0;
        for (; length < text.Length && length <= MostDigits && char.IsAsciiDigit((char)text[length]); length++)
            number = (number * 10) + (text[length] - '0');
        if (length is 0 or > MostDigits || number > MostNumber || (length > 1 && text[0] == '0') || !IsFirst(claim))
            return default;
        value = number;
        return text[length..];
    }

    /// <summary>Reads a string without escapes, whose first quote has been read.</summary>
    private ReadOnlySpan<byte> ReadPlain(ReadOnlySpan<byte> text, Claim claim, scoped ref ReadOnlySpan<byte> value)
    {
        var end = text.IndexOfAny((byte)'"', (byte)'\\');
        if (end < 0 || text[end] == '\\' || !IsFirst(claim))
            return default;
        value = text[..end];
        return text[(end + 1)..];
    }

    /// <summary>Reads an array of strings, whose bracket has been read.</summary>
    private ReadOnlySpan<byte> ReadNames(ReadOnlySpan<byte> text, Claim claim, scoped ref NamesText names)
    {
        if (!IsFirst(claim))
            return default;
        if (text.StartsWith("]"u8))
            return text[1..];
        var rest = BehindString(text);
        while (rest.StartsWith(","u8))
            rest = BehindString(rest[1..]);
        names = new NamesText(text[..(text.Length - rest.Length)]);
        return Behind(rest, "]"u8);
    }

    /// <summary>Reads an object of strings, whose brace has been read.</summary>
    private ReadOnlySpan<byte> ReadOptional(ReadOnlySpan<byte> text)
    {
        if (!IsFirst(Claim.Opt))
            return default;
        var rest = BehindString(Behind(BehindString(text), ":"u8));
        while (rest.StartsWith(","u8))
            rest = BehindString(Behind(BehindString(rest[1..]), ":"u8));
        Optional = text[..(text.Length - rest.Length)];
        rest = Behind(rest, "}"u8);
        return rest.IsEmpty || NamesTwice(Optional) ? default : rest;
    }

    private static bool NamesTwice(ReadOnlySpan<byte> members)
    {
        var count = 0;
        for (var later = new NamesText(members); later.TryTake(out var name); later.TryTake(out _), count++)
        {
            var earlier = new NamesText(members);
            for (var i = 0; i < count && earlier.TryTake(out var other); i++, earlier.TryTake(out _))
            {
                if (other.SequenceEqual(name))
                    return true;
            }
        }
        return false;
    }

    private static ReadOnlySpan<byte> BehindString(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("\""u8))
            return default;
        var length = NamesText.LengthOfString(text[1..]);
        return length < 0 ? default : text[(length + 2)..];
    }
}
