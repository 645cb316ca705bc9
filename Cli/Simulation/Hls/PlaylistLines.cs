namespace Portcullis.Cli.Simulation.Hls;

/// <summary>The lines of a playlist.</summary>
internal static class PlaylistLines
{
    /// <summary>Lines without blank ones and surrounding blanks.</summary>
    /// <exception cref="FormatException">The text does not begin with <c>#EXTM3U</c>.</exception>
    public static IReadOnlyList<string> Of(string text, Uri location)
    {
        var lines = text.TrimStart('\uFEFF').Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length > 0 && lines[0] == "#EXTM3U"
            ? lines
            : throw new FormatException($"{location.Segments[^1]} is no playlist: it does not begin with #EXTM3U");
    }
}
