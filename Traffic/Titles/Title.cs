using System.Text;
using Portcullis.Traffic.Lines;
using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Titles;

/// <summary>A film, an episode or a channel: its renditions, its segments over time and the names they have.</summary>
/// <remarks>
/// Segments have an index from 0. In a live title it counts from <see cref="LiveStart"/>; in one on demand it runs over everything that a
/// player is served, advertisements included.
/// </remarks>
internal sealed class Title
{
    private readonly NamePattern?[][] _names;
    private readonly NamePattern _thumbnail, _key;
    private readonly ulong _sizeSeed;

    public Title(TitleOutline outline, string folder, ulong seed)
    {
        Outline = outline;
        _sizeSeed = seed;
        Host = Encoding.ASCII.GetBytes(outline.Host);
        var packaging = outline.Packaging;
        (VideoType, AudioType) = (Encoding.ASCII.GetBytes(packaging.VideoType), Encoding.ASCII.GetBytes(packaging.AudioType));
        var audio = new Rendition(128_000, 0, "a" + Code(seed, 99));
        Renditions = [.. outline.Ladder.Select((rung, i) => new Rendition(rung.Bitrate, rung.Height, "u" + Code(seed, i)))];
        _names = new NamePattern?[(int)ObjectKind.Part + 1][];
        var tracks = Renditions.Length;
        Name(ObjectKind.Master, packaging.Master, 90_000);
        Name(ObjectKind.Playlist, packaging.Playlist, 90_000);
        Name(ObjectKind.Video, packaging.Video, 90_000);
        Name(ObjectKind.Init, packaging.Init, 90_000);
        Name(ObjectKind.Subtitle, packaging.Subtitle, 90_000);
        Name(ObjectKind.IFrame, packaging.IFrame, 90_000);
        Name(ObjectKind.Part, packaging.Part, 90_000);
        _names[(int)ObjectKind.Audio] = [Pattern(packaging.Audio, tracks, audio, 48_000)];
        _names[(int)ObjectKind.AudioPlaylist] = [Pattern(packaging.AudioPlaylist, tracks, audio, 48_000)];
        _names[(int)ObjectKind.AudioInit] = [Pattern(packaging.AudioInit, tracks, audio, 48_000)];
        _thumbnail = Pattern("{t}/thumbs/tile_{n}.jpg", 0, audio, 0)!;
        _key = Pattern("/keys{t}/{n}.key", 0, audio, 0)!;

        void Name(ObjectKind kind, string? template, int timescale) =>
            _names[(int)kind] = [.. Renditions.Select((rendition, i) => Pattern(template, i, rendition, timescale))];

        NamePattern? Pattern(string? template, int index, Rendition rendition, int timescale)
        {
            if (template is null)
                return null;
            var (first, step) = packaging.Numbering switch
            {
                Numbering.EpochSeconds => (LiveStart / 1000, SegmentLength / 1000),
                Numbering.Ticks => (outline.FirstNumber * SegmentLength * timescale / 1000, (long)SegmentLength * timescale / 1000),
                _ => (outline.FirstNumber, 1L),
            };
            return NamePattern.Of(template, folder, index, rendition, first, step);
        }
    }

    public TitleOutline Outline { get; }

    public Rendition[] Renditions { get; }

    public byte[] Host { get; }

    public byte[] VideoType { get; }

    public byte[] AudioType { get; }

    /// <summary>Milliseconds of a segment.</summary>
    public int SegmentLength => Outline.SegmentLength;

    public bool IsLive => Outline.LiveStart > 0;

    /// <summary>When the live stream began, epoch milliseconds.</summary>
    public long LiveStart => Outline.LiveStart;

    public bool HasAudio => Outline.Packaging.Audio is not null;

    public bool HasInit => Outline.Packaging.Init is not null;

    /// <summary>Segments of a title on demand, advertisements included.</summary>
    public long Count => Outline.Count;

    /// <summary>Other angles of the same event; the first is this title.</summary>
    public Title[] Angles { get; set; } = [];

    /// <summary>The next episode.</summary>
    public Title? Next { get; set; }

    /// <summary>The newest segment that the origin has completed at a time.</summary>
    public long Edge(long now) => ((now - LiveStart - Outline.Latency) / SegmentLength) - 1;

    /// <summary>When a live segment can be had, epoch milliseconds.</summary>
    public long AvailableAt(long index) => LiveStart + ((index + 1) * SegmentLength) + Outline.Latency;

    /// <summary>When a part of a live segment can be had, epoch milliseconds.</summary>
    public long PartAvailableAt(long index, int part) => LiveStart + (index * SegmentLength) + ((part + 1) * Outline.PartLength) + (Outline.Latency / 4);

    /// <summary>Whether a player is served an advertisement at this index.</summary>
    public bool IsAdvertisement(long index) =>
        Outline.AdLength > 0 && index % (IsLive ? Outline.AdEvery : Outline.AdEvery + Outline.AdLength) < Outline.AdLength;

    /// <summary>The number among the content's own segments. Live, advertisements stand in place of content; on demand, between.</summary>
    public long ContentIndex(long index)
    {
        if (IsLive || Outline.AdLength == 0)
            return index;
        var block = index / (Outline.AdEvery + Outline.AdLength);
        return (block * Outline.AdEvery) + (index % (Outline.AdEvery + Outline.AdLength)) - Outline.AdLength;
    }

    /// <summary>Size of a video segment, the same for every viewer.</summary>
    public int VideoBytes(int rendition, long index)
    {
        if (Outline.Packaging.ByteRanges)
            return (int)(RangeStart(rendition, index + 1) - RangeStart(rendition, index));
        var mean = (long)Renditions[rendition].Bitrate * SegmentLength / 8000;
        return (int)((mean * 3 / 4) + (mean * (long)(Rng.Mix(_sizeSeed ^ (ulong)index) & 0xFFFF) / 131_072));
    }

    /// <summary>Size of an audio segment.</summary>
    public int AudioBytes(long index) => (16 * SegmentLength) + (int)(index * 37 % 640);

    /// <summary>First byte of a segment in a file of all segments.</summary>
    /// <param name="rendition">The rendition; -1 for audio.</param>
    /// <param name="index">The segment.</param>
    public long RangeStart(int rendition, long index)
    {
        var mean = rendition < 0 ? 16L * SegmentLength : (long)Renditions[rendition].Bitrate * SegmentLength / 8000;
        return 1_184 + (index * 12) + (index * mean) + (index == 0 ? 0 : mean * (long)(Rng.Mix(_sizeSeed ^ (ulong)index) & 0xFFFF) / 262_144);
    }

    /// <summary>Whether the path of this kind of object has a query of its own.</summary>
    public bool HasQuery(ObjectKind kind, int rendition) => NameOf(kind, rendition) is { HasQuery: true };

    public void WritePath(ref Utf8Writer writer, in LineRecord record)
    {
        switch (record.Kind)
        {
            case ObjectKind.Advertisement:
                writer.Put("/ads/"u8);
                writer.Hex(Rng.Mix((ulong)record.Part), 8);
                writer.Put("/v"u8);
                writer.Number(record.Rendition);
                writer.Put("/seg-"u8);
                writer.Number(record.Number);
                writer.Put(".ts"u8);
                break;
            case ObjectKind.Thumbnail:
                _thumbnail.Write(ref writer, record.Number, 0);
                break;
            case ObjectKind.Key:
                _key.Write(ref writer, record.Number, 0);
                break;
            default:
                NameOf(record.Kind, record.Rendition)!.Write(ref writer, record.Number, record.Part);
                break;
        }
    }

    private NamePattern? NameOf(ObjectKind kind, int rendition) => _names[(int)kind] is { } names ? names[Math.Min(rendition, names.Length - 1)] : null;

    private static string Code(ulong seed, int index)
    {
        var rng = Rng.For(seed, 2, (ulong)index);
        Span<byte> code = stackalloc byte[3];
        Base64Url.FillAlphanumeric(code, ref rng);
        return Encoding.ASCII.GetString(code).ToLowerInvariant();
    }
}
