using System.Globalization;

namespace Portcullis.Local.Edge;

/// <summary>A VOD media playlist (RFC 8216), read as far as looping it needs.</summary>
/// <param name="Version">Its EXT-X-VERSION.</param>
/// <param name="Independent">Whether every segment can be decoded by itself.</param>
/// <param name="Map">The whole EXT-X-MAP line, or null.</param>
/// <param name="Segments">The segments in order.</param>
internal sealed record VodPlaylist(int Version, bool Independent, string? Map, IReadOnlyList<VodSegment> Segments)
{
    /// <summary>
    /// Reads a playlist. Null when it is no media playlist, or one that cannot be looped: without segments, still growing, with byte
    /// ranges, encryption, more than one initialisation section or a duration that is not above zero.
    /// </summary>
    public static VodPlaylist? TryParse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines is not ["#EXTM3U", ..] || !lines.Contains("#EXT-X-ENDLIST"))
            return null;
        var version = 3;
        var independent = false;
        string? map = null;
        TimeSpan? duration = null;
        var segments = new List<VodSegment>();
        foreach (var line in lines)
        {
            if (!line.StartsWith('#'))
            {
                if (duration is not { } length)
                    return null;
                segments.Add(new VodSegment(line, length));
                duration = null;
            }
            else if (Value(line, "#EXTINF:") is { } inf)
            {
                duration = DurationOf(inf);
                if (duration is null)
                    return null;
            }
            else if (Value(line, "#EXT-X-VERSION:") is { } number)
            {
                if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out version))
                    return null;
            }
            else if (line == "#EXT-X-INDEPENDENT-SEGMENTS")
            {
                independent = true;
            }
            else if (line.StartsWith("#EXT-X-MAP:", StringComparison.Ordinal))
            {
                if (map is not null)
                    return null;
                map = line;
            }
            else if (line.StartsWith("#EXT-X-BYTERANGE:", StringComparison.Ordinal)
                || (Value(line, "#EXT-X-KEY:") is { } key && key != "METHOD=NONE"))
            {
                return null;
            }
        }
        return segments.Count == 0 ? null : new VodPlaylist(version, independent, map, segments);
    }

    private static string? Value(string line, string tag) =>
        line.StartsWith(tag, StringComparison.Ordinal) ? line[tag.Length..] : null;

    private static TimeSpan? DurationOf(string inf)
    {
        var comma = inf.IndexOf(',');
        return decimal.TryParse(comma < 0 ? inf : inf[..comma], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and < 3_600
            ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond))
            : null;
    }
}
