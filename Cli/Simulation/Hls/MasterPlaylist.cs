using System.Globalization;

namespace Portcullis.Cli.Simulation.Hls;

/// <summary>A master playlist (RFC 8216, 4.3.4), reduced to what a player chooses from.</summary>
/// <param name="Renditions">By rising bandwidth; at least one.</param>
internal sealed record MasterPlaylist(IReadOnlyList<Rendition> Renditions)
{
    private const string Variant = "#EXT-X-STREAM-INF:";
    private const string Media = "#EXT-X-MEDIA:";

    /// <summary>Parses a playlist. A media playlist becomes the only rendition, as in players.</summary>
    /// <param name="text">The playlist.</param>
    /// <param name="location">Where it came from, after redirects: relative URIs resolve against it.</param>
    /// <exception cref="FormatException">The text is no playlist, or one without variants and segments.</exception>
    public static MasterPlaylist Parse(string text, Uri location)
    {
        var lines = PlaylistLines.Of(text, location);
        if (lines.Any(static line => line.StartsWith(MediaPlaylist.SegmentTag, StringComparison.Ordinal)))
        {
            return new MasterPlaylist([new Rendition(location, 0, null)]);
        }

        var audio = lines.Where(static line => line.StartsWith(Media, StringComparison.Ordinal))
            .Select(static line => line[Media.Length..])
            .Where(static list => AttributeList.Value(list, "TYPE") == "AUDIO")
            .ToLookup(static list => AttributeList.Value(list, "GROUP-ID"));
        var renditions = new List<Rendition>();
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].StartsWith(Variant, StringComparison.Ordinal)
                && lines.Skip(i + 1).FirstOrDefault(static line => !line.StartsWith('#')) is { } uri)
            {
                var list = lines[i][Variant.Length..];
                _ = long.TryParse(AttributeList.Value(list, "BANDWIDTH"), NumberStyles.None, CultureInfo.InvariantCulture, out var bandwidth);
                renditions.Add(new Rendition(new Uri(location, uri), bandwidth, Audio(audio, AttributeList.Value(list, "AUDIO"), location)));
            }
        }

        return renditions.Count > 0
            ? new MasterPlaylist([.. renditions.OrderBy(static r => r.Bandwidth)])
            : throw new FormatException($"the playlist {location.Segments[^1]} has neither variants nor segments");
    }

    private static Uri? Audio(ILookup<string?, string> groups, string? group, Uri location)
    {
        var choices = group is null ? [] : groups[group].ToList();
        var chosen = choices.Find(static list => AttributeList.Value(list, "DEFAULT") == "YES") ?? choices.FirstOrDefault();
        return chosen is not null && AttributeList.Value(chosen, "URI") is { } uri ? new Uri(location, uri) : null;
    }
}
