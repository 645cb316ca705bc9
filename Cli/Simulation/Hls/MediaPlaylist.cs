using System.Globalization;

namespace Portcullis.Cli.Simulation.Hls;

/// <summary>A media playlist (RFC 8216, 4.3.3).</summary>
/// <param name="Segments">In order; may be empty.</param>
/// <param name="TargetDuration">Longest segment, and the pace at which a live playlist is reloaded.</param>
/// <param name="Ended">Whether no segment will be added.</param>
internal sealed record MediaPlaylist(IReadOnlyList<Segment> Segments, TimeSpan TargetDuration, bool Ended)
{
    internal const string SegmentTag = "#EXTINF:";

    /// <summary>Parses a playlist.</summary>
    /// <param name="text">The playlist.</param>
    /// <param name="location">Where it came from, after redirects: relative URIs resolve against it.</param>
    /// <exception cref="FormatException">The text is no media playlist.</exception>
    public static MediaPlaylist Parse(string text, Uri location)
    {
        var segments = new List<Segment>();
        var (target, sequence, ended) = (TimeSpan.Zero, 0L, false);
        TimeSpan? duration = null;
        MediaResource? map = null, key = null;
        string? range = null;
        foreach (var line in PlaylistLines.Of(text, location))
        {
            var colon = line.StartsWith('#') ? line.IndexOf(':', StringComparison.Ordinal) : -1;
            var value = line[(colon + 1)..];
            switch (colon < 0 ? line : line[..colon])
            {
                case "#EXT-X-TARGETDURATION": target = Seconds(value); break;
                case "#EXT-X-MEDIA-SEQUENCE": sequence = long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture); break;
                case "#EXT-X-ENDLIST": ended = true; break;
                case "#EXT-X-BYTERANGE": range = value; break;
                case "#EXT-X-MAP": map = Map(value, location); break;
                case "#EXT-X-KEY": key = Resource(value, location); break;
                case "#EXTINF": duration = Seconds(value.Split(',')[0]); break;
                default:
                    if (!line.StartsWith('#') && duration is { } length)
                    {
                        var media = new MediaResource(new Uri(location, line));
                        media = range is null ? media : media with { Range = ByteRange.Parse(range, Following(segments, media.Location)) };
                        segments.Add(new Segment(sequence++, length, media, [.. new[] { key, map }.OfType<MediaResource>()]));
                        (duration, range) = (null, null);
                    }

                    break;
            }
        }

        return new MediaPlaylist(segments, target > TimeSpan.Zero ? target : segments.Select(static s => s.Duration).DefaultIfEmpty().Max(), ended);
    }

    private static MediaResource? Map(string list, Uri location) =>
        Resource(list, location) is { } map && AttributeList.Value(list, "BYTERANGE") is { } range
            ? map with { Range = ByteRange.Parse(range, 0) }
            : Resource(list, location);

    private static MediaResource? Resource(string list, Uri location) =>
        AttributeList.Value(list, "URI") is { } uri && new Uri(location, uri) is { Scheme: "http" or "https" } absolute ? new MediaResource(absolute) : null;

    private static long Following(List<Segment> segments, Uri location) =>
        segments is [.., { Media: { Range: { } before } last }] && last.Location == location ? before.End : 0;

    private static TimeSpan Seconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw new FormatException($"'{text}' is no duration in seconds");
}
