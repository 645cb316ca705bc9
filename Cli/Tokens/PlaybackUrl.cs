using System.Text;
using Portcullis.Tokens;

namespace Portcullis.Cli.Tokens;

/// <summary>A URL as it was written, cut but not normalised: the edge judges what comes over the wire.</summary>
/// <param name="Origin">Scheme and host, or empty for a URL that is a path only.</param>
/// <param name="Path">The raw path.</param>
/// <param name="Query">The raw query without its question mark; may be empty.</param>
internal sealed record PlaybackUrl(string Origin, string Path, string Query)
{
    /// <summary>The query parameter that can carry a token.</summary>
    public const string TokenParameter = "pt";

    /// <summary>Longest URL that CloudFront admits, in bytes.</summary>
    private const int MaxLength = 8192;

    /// <exception cref="FormatException">The text is no URL; the message does not repeat it, since it may hold a token.</exception>
    public static PlaybackUrl Parse(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) > MaxLength)
            throw new FormatException($"--url must be at most {MaxLength} bytes");
        if (text.Any(c => char.IsControl(c) || c == ' '))
            throw new FormatException("--url must not hold blanks or control characters");
        var fragment = text.IndexOf('#');
        var sent = fragment < 0 ? text : text[..fragment];
        var origin = OriginLength(sent);
        var target = sent[origin..];
        var mark = target.IndexOf('?');
        var path = mark < 0 ? target : target[..mark];
        return new PlaybackUrl(sent[..origin], path.Length == 0 ? "/" : path, mark < 0 ? "" : target[(mark + 1)..]);
    }

    /// <summary>The folder of the path, with its closing slash, as a token's paths are written.</summary>
    /// <exception cref="FormatException">The path is one that no edge admits.</exception>
    public string Folder()
    {
        var path = MediaPath.Normalize(Encoding.UTF8.GetBytes(Path))
            ?? throw new FormatException("--url has a path that no token admits: an encoded slash, a backslash, NUL, a broken escape or bytes that are no UTF-8");
        return path[..(path.LastIndexOf('/') + 1)];
    }

    /// <summary>The URL with a token in front of its path.</summary>
    public string WithTokenInPath(string segment) => $"{Origin}/{segment}{Path}{(Query.Length == 0 ? "" : $"?{Query}")}";

    /// <summary>The URL with a token in its query.</summary>
    /// <exception cref="FormatException">The query holds one already.</exception>
    public string WithTokenInQuery(string segment) => Parameters().Any(parameter => parameter.Key == TokenParameter)
        ? throw new FormatException($"--url has the query parameter {TokenParameter} already")
        : $"{Origin}{Path}?{(Query.Length == 0 ? "" : $"{Query}&")}{TokenParameter}={segment}";

    /// <summary>The query's parameters, raw, repeats joined by commas in order.</summary>
    public IEnumerable<KeyValuePair<string, string>> Parameters() =>
        from pair in Query.Split('&', StringSplitOptions.RemoveEmptyEntries)
        let mark = pair.IndexOf('=')
        group mark < 0 ? "" : pair[(mark + 1)..] by mark < 0 ? pair : pair[..mark] into same
        select KeyValuePair.Create(same.Key, string.Join(',', same));

    public override string ToString() => $"{Origin}/…";

    private static int OriginLength(string url)
    {
        if (url.StartsWith('/'))
            return 0;
        var host = url.StartsWith("https://", StringComparison.OrdinalIgnoreCase) ? 8 : url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? 7 : 0;
        var end = url.AsSpan(host).IndexOfAny('/', '?', '\\');
        var length = end < 0 ? url.Length : host + end;
        return host > 0 && length > host ? length : throw new FormatException("--url must start with http:// or https:// and a host, or be a path");
    }
}
