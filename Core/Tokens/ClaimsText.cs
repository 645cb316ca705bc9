using System.Buffers.Text;

namespace Portcullis.Tokens;

/// <summary>
/// The claims of a v2 token read in place, without allocating, from compact JSON: no white space, every claim at most once. Other JSON is
/// brought to that form first (<see cref="TokenClaimsJson"/>).
/// </summary>
internal ref struct ClaimsText
{
    /// <summary>The edge's JavaScript holds no whole number above it exactly.</summary>
    private const long MostNumber = 9_007_199_254_740_992;

    private ReadOnlySpan<byte> _rest;

    /// <summary>Epoch seconds; -1 where the claim is absent.</summary>
    public long Version = -1, IssuedAt = -1, ExpiresAt = -1, NotBefore = -1, SessionStart = -1;

    /// <summary>Text between the quotes; empty where the claim is absent.</summary>
    public ReadOnlySpan<byte> Sid, Binding;

    /// <summary>What stands between the brackets; null (default) where the claim is absent.</summary>
    public NamesText Paths, Exc, Attributes, Headers, Query;

    /// <summary>What stands between the braces of <c>opt</c>.</summary>
    public ReadOnlySpan<byte> Optional;

    private bool _hasSid, _hasBinding;

    private ClaimsText(ReadOnlySpan<byte> json) => _rest = json;

    /// <summary>Reads compact JSON. False when it is not compact, or not claims.</summary>
    public static bool TryRead(ReadOnlySpan<byte> json, out ClaimsText claims)
    {
        claims = new ClaimsText(json);
        if (!claims.TrySkip("{"u8))
            return false;
        do
        {
            if (!claims.TryReadMember())
                return false;
        }
        while (claims.TrySkip(","u8));
        if (!claims.TrySkip("}"u8) || !claims._rest.IsEmpty)
            return false;
        var needsBinding = !claims.Attributes.IsEmpty || !claims.Headers.IsEmpty || !claims.Query.IsEmpty;
        return claims is { Version: 2, IssuedAt: >= 0, ExpiresAt: >= 0 } && claims._hasSid && claims.Paths.IsPresent && needsBinding == claims._hasBinding;
    }

    private bool TryReadMember() => (_rest.Length > 3 ? _rest[1] : 0) switch
    {
        (byte)'v' => TrySkip("\"ver\":"u8) && TryRead(ref Version),
        (byte)'i' => TrySkip("\"iat\":"u8) && TryRead(ref IssuedAt),
        (byte)'n' => TrySkip("\"nbf\":"u8) && TryRead(ref NotBefore),
        (byte)'e' => _rest[3] == 'p' ? TrySkip("\"exp\":"u8) && TryRead(ref ExpiresAt) : TrySkip("\"exc\":"u8) && TryRead(ref Exc),
        (byte)'s' => _rest[2] == 'i' ? TrySkip("\"sid\":"u8) && !_hasSid && (_hasSid = TryReadPlain(ref Sid)) : TrySkip("\"sst\":"u8) && TryRead(ref SessionStart),
        (byte)'p' => TrySkip("\"paths\":"u8) && TryRead(ref Paths),
        (byte)'a' => TrySkip("\"attr\":"u8) && TryRead(ref Attributes),
        (byte)'h' => TrySkip("\"headers\":"u8) && TryRead(ref Headers),
        (byte)'q' => TrySkip("\"qs\":"u8) && TryRead(ref Query),
        (byte)'b' => TrySkip("\"bind\":"u8) && !_hasBinding && (_hasBinding = TryReadPlain(ref Binding)),
        (byte)'o' => TrySkip("\"opt\":{"u8) && Optional.IsEmpty && TryReadOptional(),
        _ => false,
    };

    private bool TrySkip(ReadOnlySpan<byte> text)
    {
        if (!_rest.StartsWith(text))
            return false;
        _rest = _rest[text.Length..];
        return true;
    }

    private bool TryRead(ref long number)
    {
        if (number >= 0 || _rest.IsEmpty || _rest[0] is < (byte)'0' or > (byte)'9' || !Utf8Parser.TryParse(_rest, out number, out var used) || (used > 1 && _rest[0] == '0') || number > MostNumber)
            return false;
        _rest = _rest[used..];
        return !_rest.IsEmpty && _rest[0] is (byte)',' or (byte)'}';
    }

    /// <summary>Reads a string without escapes.</summary>
    private bool TryReadPlain(ref ReadOnlySpan<byte> value)
    {
        if (!TrySkip("\""u8))
            return false;
        var end = _rest.IndexOfAny((byte)'"', (byte)'\\');
        if (end < 0 || _rest[end] == '\\')
            return false;
        value = _rest[..end];
        _rest = _rest[(end + 1)..];
        return true;
    }

    private bool TryRead(ref NamesText names)
    {
        if (names.IsPresent || !TrySkip("["u8))
            return false;
        var all = _rest;
        if (TrySkip("]"u8))
        {
            names = new NamesText(all[..0]);
            return true;
        }
        do
        {
            if (!TrySkipString())
                return false;
        }
        while (TrySkip(","u8));
        names = new NamesText(all[..(all.Length - _rest.Length)]);
        return TrySkip("]"u8);
    }

    private bool TryReadOptional()
    {
        var all = _rest;
        do
        {
            if (!TrySkipString() || !TrySkip(":"u8) || !TrySkipString())
                return false;
        }
        while (TrySkip(","u8));
        Optional = all[..(all.Length - _rest.Length)];
        return TrySkip("}"u8) && !NamesTwice(Optional);
    }

    private static bool NamesTwice(ReadOnlySpan<byte> members)
    {
        var count = 0;
        for (var later = new NamesText(members).GetEnumerator(); later.MoveNext(); later.MoveNext(), count++)
        {
            var earlier = new NamesText(members).GetEnumerator();
            for (var i = 0; i < count && earlier.MoveNext(); i++, earlier.MoveNext())
            {
                if (earlier.Current.SequenceEqual(later.Current))
                    return true;
            }
        }
        return false;
    }

    private bool TrySkipString()
    {
        if (!TrySkip("\""u8))
            return false;
        var length = NamesText.LengthOfString(_rest);
        if (length < 0)
            return false;
        _rest = _rest[(length + 1)..];
        return true;
    }
}
