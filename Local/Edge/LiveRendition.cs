using System.Globalization;
using System.Text;

namespace Portcullis.Local.Edge;

/// <summary>
/// One media playlist of a title, looped without end since 1970. Numbering follows from the clock alone, so that a restarted edge
/// goes on where it was.
/// </summary>
/// <param name="vod">The playlist that is looped.</param>
/// <param name="files">The segments' files, in order.</param>
/// <param name="loop">How long one loop lasts: the longest rendition of the title, so that renditions stay aligned.</param>
/// <param name="prefix">What the names of the segments start with.</param>
/// <param name="window">How much can be had.</param>
internal sealed class LiveRendition(VodPlaylist vod, IReadOnlyList<string> files, TimeSpan loop, string prefix, LiveWindow window)
{
    private readonly long[] _ends = Ends(vod);
    private readonly int _targetDuration = (int)Math.Ceiling(vod.Segments.Max(segment => segment.Duration.TotalSeconds));

    /// <summary>The media playlist at a time.</summary>
    public string PlaylistAt(DateTimeOffset now)
    {
        var last = LastAt(now);
        var first = Math.Max(0, last - window.Segments + 1);
        var (loops, index) = Math.DivRem(first, files.Count);
        // A discontinuity that is still listed is counted by its tag, not by the sequence.
        var discontinuities = index == 0 && loops > 0 ? loops - 1 : loops;
        var text = new StringBuilder("#EXTM3U\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-VERSION:{vod.Version}\n#EXT-X-TARGETDURATION:{_targetDuration}\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MEDIA-SEQUENCE:{first}\n#EXT-X-DISCONTINUITY-SEQUENCE:{discontinuities}\n");
        if (vod.Independent)
            text.Append("#EXT-X-INDEPENDENT-SEGMENTS\n");
        if (vod.Map is not null)
            text.Append(vod.Map).Append('\n');
        for (var sequence = first; sequence <= last; sequence++)
        {
            var starts = sequence % files.Count == 0;
            if (starts && sequence > 0)
                text.Append("#EXT-X-DISCONTINUITY\n");
            if (starts || sequence == first)
                text.Append(CultureInfo.InvariantCulture, $"#EXT-X-PROGRAM-DATE-TIME:{StartOf(sequence):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\n");
            var segment = (int)(sequence % files.Count);
            text.Append(CultureInfo.InvariantCulture, $"#EXTINF:{vod.Segments[segment].Duration.TotalSeconds:0.000000},\n");
            text.Append(CultureInfo.InvariantCulture, $"{prefix}{sequence}{Path.GetExtension(files[segment])}\n");
        }
        return text.ToString();
    }

    /// <summary>The file of a segment; null when it is not yet produced, no longer kept, or has another extension.</summary>
    public string? FileOf(long sequence, ReadOnlySpan<char> extension, DateTimeOffset now)
    {
        if (sequence > LastAt(now) || sequence < 0)
            return null;
        var (loops, segment) = Math.DivRem(sequence, files.Count);
        var end = (loops * loop.Ticks) + _ends[segment];
        var kept = Math.Max(window.Past, (window.Segments + 1) * _targetDuration) * TimeSpan.TicksPerSecond;
        return end + kept >= Elapsed(now) && extension.SequenceEqual(Path.GetExtension(files[(int)segment])) ? files[(int)segment] : null;
    }

    /// <summary>The last segment that has ended; -1 when none has.</summary>
    private long LastAt(DateTimeOffset now)
    {
        var (loops, within) = Math.DivRem(Elapsed(now), loop.Ticks);
        var ended = Array.BinarySearch(_ends, within);
        return (loops * files.Count) + (ended >= 0 ? ended + 1 : ~ended) - 1;
    }

    private DateTime StartOf(long sequence)
    {
        var (loops, segment) = Math.DivRem(sequence, files.Count);
        return DateTime.UnixEpoch.AddTicks((loops * loop.Ticks) + (segment == 0 ? 0 : _ends[segment - 1]));
    }

    private static long Elapsed(DateTimeOffset now) => Math.Max(0, now.UtcTicks - DateTime.UnixEpoch.Ticks);

    private static long[] Ends(VodPlaylist vod)
    {
        var end = 0L;
        return [.. vod.Segments.Select(segment => end += segment.Duration.Ticks)];
    }
}
