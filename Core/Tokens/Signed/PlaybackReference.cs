namespace Portcullis.Tokens.Signed;

/// <summary>A playback URL that a caller presents for renewal, with the cookies in use: the caller's word, until a signature verifies.</summary>
/// <param name="Origin">Scheme and host; null when only a path was presented.</param>
/// <param name="Path">The raw path.</param>
/// <param name="Query">The raw query without its question mark, or null.</param>
/// <param name="Cookies">Signed cookies by name, or null.</param>
public sealed record PlaybackReference(string? Origin, string Path, string? Query, IReadOnlyDictionary<string, string>? Cookies)
{
    /// <summary>Longest URL, in characters.</summary>
    public const int MaxLength = 8192;

    /// <summary>Reads an absolute URL, or a path with its query; null when it is neither.</summary>
    public static PlaybackReference? TryParse(string url, IReadOnlyDictionary<string, string>? cookies)
    {
        if (url.Length > MaxLength)
            return null;
        var fragment = url.IndexOf('#');
        url = fragment < 0 ? url : url[..fragment];
        var mark = url.IndexOf('?');
        var query = mark < 0 ? null : url[(mark + 1)..];
        url = mark < 0 ? url : url[..mark];
        if (url.StartsWith('/'))
            return new(null, url, query, cookies);
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var slash = scheme < 0 ? -1 : url.IndexOf('/', scheme + 3);
        return slash < 0 ? null : new(url[..slash], url[slash..], query, cookies);
    }

    /// <summary>The path with its token in front: as it is, or with the token of the one query parameter <c>pt</c>.</summary>
    public string TokenPath
    {
        get
        {
            var tokens = (Query ?? "").Split('&').Where(piece => piece.StartsWith("pt=", StringComparison.Ordinal)).ToList();
            return tokens is [var token] && !HasTokenSegment && !token.Contains('/') ? $"/{token[3..]}{Path}" : Path;
        }
    }

    /// <summary>Whether the path is in signed form and no token is presented.</summary>
    public bool IsSigned => ReferenceEquals(TokenPath, Path) && SignedSession.TryCut(Path, out _, out _);

    /// <summary>Shows nothing of the URL: it may hold a bearer secret.</summary>
    public override string ToString() => nameof(PlaybackReference);

    private bool HasTokenSegment => Path.Length > 1 && Path.IndexOf('/', 1) is > 0 and var end && Path.AsSpan(1, end - 1).Contains('.');
}
