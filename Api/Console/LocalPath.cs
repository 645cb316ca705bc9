namespace Portcullis.Api.Console;

/// <summary>Where to go after a form: a path of this host and nothing else.</summary>
internal static class LocalPath
{
    private const int MaxLength = 512;

    /// <summary>The path when it is one of this host, else the overview.</summary>
    public static string OrHome(string? path) => path is not null && IsLocal(path) ? path : ConsolePages.Home;

    /// <summary>
    /// Whether a browser stays on this host: one slash first, and no second one in any spelling (browsers read a backslash as a slash,
    /// and drop tabs and line feeds).
    /// </summary>
    private static bool IsLocal(string path) =>
        path.Length is > 0 and <= MaxLength
        && path[0] == '/'
        && (path.Length == 1 || path[1] is not ('/' or '\\'))
        && path.All(c => c is > ' ' and < '\x7f' and not '\\');
}
