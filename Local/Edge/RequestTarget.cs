namespace Portcullis.Local.Edge;

/// <summary>A request target as the viewer wrote it, undecoded, cut into path and query.</summary>
/// <param name="Path">The raw path; <c>*</c> or an authority where the target is no URL.</param>
/// <param name="Query">The raw query without its question mark, or null when there is none.</param>
internal readonly record struct RequestTarget(string Path, string? Query)
{
    /// <summary>Path and query as the viewer asked.</summary>
    public string Text => Query is null ? Path : $"{Path}?{Query}";

    /// <summary>Cuts a raw target in origin, absolute, authority or asterisk form (RFC 9112, section 3.2).</summary>
    public static RequestTarget Of(string raw)
    {
        var relative = raw.StartsWith('/') ? raw : WithoutAuthority(raw);
        var mark = relative.IndexOf('?');
        return mark < 0 ? new(relative, null) : new(relative[..mark], relative[(mark + 1)..]);
    }

    private static string WithoutAuthority(string raw)
    {
        if (!raw.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !raw.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return raw;
        var authority = raw.IndexOf("//", StringComparison.Ordinal) + 2;
        var end = raw.AsSpan(authority).IndexOfAny('/', '?');
        if (end < 0)
            return "/";
        return raw[authority + end] == '/' ? raw[(authority + end)..] : "/" + raw[(authority + end)..];
    }

    /// <summary>The raw value of a query parameter, repeats joined by commas in order; null when it does not occur.</summary>
    public string? QueryValue(string name)
    {
        if (Query is null)
            return null;
        string? value = null;
        foreach (var range in Query.AsSpan().Split('&'))
        {
            var pair = Query.AsSpan(range);
            var equals = pair.IndexOf('=');
            if (!(equals < 0 ? pair : pair[..equals]).SequenceEqual(name))
                continue;
            var one = equals < 0 ? "" : pair[(equals + 1)..].ToString();
            value = value is null ? one : $"{value},{one}";
        }
        return value;
    }
}
