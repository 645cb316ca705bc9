using Portcullis.Tokens;

namespace Portcullis.Enforcement.Waf;

/// <summary>Which paths are those of blocked sessions, told without regular expressions.</summary>
internal static class PathModel
{
    private const string SidCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";

    /// <summary>Whether a path begins with a slash, a sid and a dot or slash, and the sid is blocked by itself or by its account.</summary>
    public static bool IsBlocked(string path, IReadOnlySet<string> sids, IReadOnlySet<string> tags)
    {
        if (!path.StartsWith('/'))
            return false;
        var sid = string.Concat(path.Skip(1).TakeWhile(character => SidCharacters.Contains(character)));
        var ends = path.Length > sid.Length + 1 && path[sid.Length + 1] is '.' or '/';
        return ends && (sids.Contains(sid) || tags.Contains(SessionId.AccountTagOf(sid).ToString()));
    }
}
