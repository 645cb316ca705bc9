using System.Buffers.Text;
using System.Collections.Concurrent;
using Portcullis.Logs;

namespace Portcullis.Media;

/// <summary>Reduces media requests to title, rendition and position, and learns from the requests how titles are named and numbered.</summary>
/// <remarks>
/// Shared by all readers of an engine, since lines of one session come through all of them; safe for concurrent use. What is learned is
/// bounded, and learned again when forgotten.
/// </remarks>
public sealed partial class MediaReader
{
    private const int MaxTemplates = 50_000;
    private const ulong RangedFile = 1;

    private readonly ConcurrentDictionary<ulong, SegmentTemplate> _templates = new();
    private readonly ConcurrentDictionary<ulong, MediaTrack> _tracks = new();
    private readonly ConcurrentDictionary<uint, TitleTempo> _titles = new();

    /// <summary>Reads one request.</summary>
    /// <param name="line">The line; its request was answered with media.</param>
    /// <param name="path">Its media path, in the spelling of <see cref="LoggedPath"/>.</param>
    /// <param name="session">Key of the session: a viewer with several networks has one.</param>
    internal MediaRequest Read(in LogLine line, ReadOnlySpan<byte> path, ulong session)
    {
        var nameStart = path.LastIndexOf((byte)'/') + 1;
        if (nameStart == 0 || nameStart == path.Length)
            return MediaRequest.Of(MediaKind.Other);
        Span<long> numbers = stackalloc long[SegmentTemplate.MaxNumbers];
        var name = path[nameStart..];
        var shape = Shape(name, numbers, out var count);
        var key = StableHash.Of(path[..nameStart], shape);
        // Ranges of one file: the file, rather than what its name looks like, is the rendition.
        if (line.RangeEnd > line.RangeStart && StableHash.Of(path, RangedFile) is var file && (line.RangeStart > 0 || _templates.ContainsKey(file)))
        {
            key = file;
            count = 0;
        }
        if (!_templates.TryGetValue(key, out var template))
            template = Meet(key, path, name, line.ContentType, count);
        numbers = numbers[..count];
        // A name of another shape whose hash is the same, by chance or by design.
        if (template.Slot >= count)
            return MediaRequest.Of(MediaKind.Other);
        template.Learn(numbers);
        var parted = IsPart(name, count, template.Slot);
        var rendition = RenditionOf((uint)key, numbers, template.Slot, parted);
        var track = rendition == ((uint)key | 1) ? template.Only : TrackOf(((ulong)rendition << 32) | (uint)(key >> 32), template.Named);
        track.Believe(line.CmcdObjectType, session);
        if (track.Kind is not (MediaKind.Video or MediaKind.Companion) || template.Named is not (MediaKind.Video or MediaKind.Companion))
            return MediaRequest.Of(track.Kind);
        var title = template.Title;
        if (template.Slot < 0)
        {
            if (line.RangeEnd <= line.RangeStart || track.Kind != MediaKind.Video)
                return MediaRequest.Of(track.Kind == MediaKind.Video ? MediaKind.Other : track.Kind);
            // The file's beginning is its initialisation.
            if (line.RangeStart == 0)
                return MediaRequest.Of(MediaKind.Companion);
            title.Believe(line.CmcdObjectDuration, session);
            var ordinal = template.OrdinalOf(line.RangeStart, line.RangeEnd);
            return ordinal == MediaRequest.None ? MediaRequest.Of(MediaKind.Companion) : new MediaRequest(MediaKind.Video, title.Key, rendition, ordinal, title.SegmentMilliseconds);
        }
        var number = numbers[template.Slot];
        if (number < 0 || (parted && !template.IsFirstPart(numbers[template.Slot + 1])))
            return MediaRequest.Of(number < 0 ? MediaKind.Other : MediaKind.Companion);
        title.Learn(session, track, number, line.Bytes, line.Time);
        if (track.Kind != MediaKind.Video)
            return MediaRequest.Of(track.Kind);
        if (line.Status == 200 && !parted)
            track.Measure(line.Bytes);
        // Of a part, the player tells the part's duration.
        if (!parted)
            title.Believe(line.CmcdObjectDuration, session);
        return new MediaRequest(MediaKind.Video, title.Key, rendition, title.PositionOf(number), title.SegmentMilliseconds) { HasBetter = title.HasBetter(track) };
    }

    /// <summary>The template, and all numbers of the name that count neither segments nor parts.</summary>
    private static uint RenditionOf(uint template, ReadOnlySpan<long> numbers, int slot, bool parted)
    {
        // Digits of an extension are in all names alike.
        var rendition = template | 1;
        for (var i = 0; i < slot; i++)
            rendition = (((rendition * 31) + (uint)numbers[i]) * 0x9E3779B1) | 1;
        for (var i = slot + (parted ? 2 : 1); slot >= 0 && i < numbers.Length - 1; i++)
            rendition = (((rendition * 31) + (uint)numbers[i]) * 0x9E3779B1) | 1;
        return rendition;
    }

    private MediaTrack TrackOf(ulong key, MediaKind named)
    {
        if (_tracks.TryGetValue(key, out var track))
            return track;
        if (_tracks.Count >= MaxTemplates)
            _tracks.Clear();
        return _tracks.GetOrAdd(key, new MediaTrack(named));
    }

    private SegmentTemplate Meet(ulong key, ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> contentType, int count)
    {
        if (_templates.Count >= MaxTemplates)
        {
            _templates.Clear();
            _titles.Clear();
        }
        var title = _titles.GetOrAdd((uint)StableHash.Of(MediaNames.TitleOf(path)) | 1, static key => new TitleTempo(key));
        var kind = MediaNames.KindOf(path, contentType);
        return _templates.GetOrAdd(key, new SegmentTemplate(kind, title, new MediaTrack(kind), Guess(name, count)));
    }

    /// <summary>A hash of the name without its digits; the numbers apart.</summary>
    private static ulong Shape(ReadOnlySpan<byte> name, Span<long> numbers, out int count)
    {
        count = 0;
        var shape = 0UL;
        while (!name.IsEmpty)
        {
            var digit = name.IndexOfAnyInRange((byte)'0', (byte)'9');
            if (digit < 0)
                return StableHash.Of(name, shape);
            shape = StableHash.Of(name[..digit], shape);
            name = name[digit..];
            var end = name.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            var run = end < 0 ? name : name[..end];
            if (count < numbers.Length)
                numbers[count++] = run.Length <= 18 && Utf8Parser.TryParse(run, out long number, out _) ? number : MediaRequest.None;
            name = name[run.Length..];
        }
        // A name that ends in digits has one number more than the same name without them.
        return StableHash.Of([], shape);
    }

    /// <summary>Which number a segment is counted by, as packagers mostly name them: the last one before the extension and before suffixes such as <c>-v1-a1</c>.</summary>
    private static int Guess(ReadOnlySpan<byte> name, int count)
    {
        // A digit in the extension (.m4s, .mp4, .m3u8) is not the name's.
        var dot = name.LastIndexOf((byte)'.');
        if (count == 0 || dot < 0)
            return -1;
        var slot = count - 1 - NumbersIn(name[dot..]);
        if (slot < 0)
            return -1;
        var stem = name[..dot];
        while (slot > 0 && IsTrackSuffix(stem))
        {
            stem = stem[..stem.LastIndexOfAny((byte)'-', (byte)'_')];
            slot--;
        }
        return slot > 0 && IsPart(name, count, slot - 1) ? slot - 1 : slot;
    }

    /// <summary>Whether the number behind a slot counts parts of the segment, as in <c>part271.3.m4s</c>.</summary>
    private static bool IsPart(ReadOnlySpan<byte> name, int count, int slot)
    {
        if (slot < 0 || slot + 1 >= count || slot + 1 >= count - NumbersIn(name[name.LastIndexOf((byte)'.')..]))
            return false;
        Span<byte> lower = stackalloc byte[Math.Min(name.Length, 64)];
        for (var i = 0; i < lower.Length; i++)
            lower[i] = (byte)(name[i] | 0x20);
        return lower.IndexOf("part"u8) >= 0;
    }

    private static bool IsTrackSuffix(ReadOnlySpan<byte> stem)
    {
        var separator = stem.LastIndexOfAny((byte)'-', (byte)'_');
        return separator > 0 && stem.Length - separator is 3 or 4 && (stem[separator + 1] | 0x20) is 'v' or 'a' or 'f' or 's'
            && !stem[(separator + 2)..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    private static int NumbersIn(ReadOnlySpan<byte> text)
    {
        var count = 0;
        var inside = false;
        foreach (var c in text)
        {
            var digit = c is >= (byte)'0' and <= (byte)'9';
            count += digit && !inside ? 1 : 0;
            inside = digit;
        }
        return count;
    }
}
