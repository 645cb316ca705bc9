using Portcullis.Tokens;

namespace Portcullis.Enforcement.Waf;

/// <summary>Which paths are those of blocked sessions, told without regular expressions.</summary>
internal static class PathModel
{
    private const string SidCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";

    /// <summary>
    /// Whether a path begins with a slash, a sid and a dot or slash, and the sid is blocked by itself or by its account. One that was never
    /// drawn is a session only where a token follows: three parts more, and a slash.
    /// </summary>
    public static bool IsBlocked(string path, IReadOnlySet<string> sids, IReadOnlySet<string> tags)
    {
        if (!path.StartsWith('/'))
            return false;
        var sid = string.Concat(path.Skip(1).TakeWhile(IsOfSid));
        if (path.Length == sid.Length + 1 || path[sid.Length + 1] is not ('.' or '/'))
            return false;
        return tags.Contains(SessionId.AccountTagOf(sid).ToString()) || (sids.Contains(sid) && (IsDrawn(sid) || IsBeforeToken(path)));
    }

    /// <summary>As <see cref="SessionId"/> draws it: 12 letters and digits or more, perhaps behind an account tag and an underscore; never the start of a JOSE header.</summary>
    public static bool IsDrawn(string sid)
    {
        var random = sid.Length > 11 && sid[10] == '_' && sid.Take(10).All(char.IsAsciiLetterOrDigit) ? sid[11..] : sid;
        return random.Length >= 12 && random.All(char.IsAsciiLetterOrDigit) && !random.StartsWith("eyJ", StringComparison.Ordinal);
    }

    private static bool IsBeforeToken(string path) =>
        path.IndexOf('/', 1) is > 0 and var end && path[1..end].Split('.') is { Length: 4 } parts && parts.All(part => part.Length > 0 && part.All(IsOfSid));

    private static bool IsOfSid(char character) => SidCharacters.Contains(character);
}
