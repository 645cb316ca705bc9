namespace Portcullis.Traffic.Titles;

/// <summary>How a packager names what it writes, and which content types its origin gives. Templates as in <see cref="NamePattern"/>.</summary>
internal sealed record Packaging(string Name)
{
    public required string Video { get; init; }

    /// <summary>Null where audio is in the video segments.</summary>
    public string? Audio { get; init; }

    public string Master { get; init; } = "{t}/master.m3u8";

    public required string Playlist { get; init; }

    public string AudioPlaylist { get; init; } = "{t}/audio.m3u8";

    /// <summary>Null for transport streams.</summary>
    public string? Init { get; init; }

    public string? AudioInit { get; init; }

    public string Subtitle { get; init; } = "{t}/subs/en/seg{n}.vtt";

    public string IFrame { get; init; } = "{t}/iframes/{h}p_{n}.ts";

    public string Part { get; init; } = "{t}/v{r}/filePart{n}.{p}.mp4";

    public string VideoType { get; init; } = "video/mp2t";

    public string AudioType { get; init; } = "audio/mp4";

    public Numbering Numbering { get; init; } = Numbering.Count;

    /// <summary>Segments are byte ranges of one file.</summary>
    public bool ByteRanges { get; init; }
}

/// <summary>What the number in a segment's name counts.</summary>
internal enum Numbering : byte
{
    /// <summary>Segments.</summary>
    Count,

    /// <summary>Epoch seconds.</summary>
    EpochSeconds,

    /// <summary>Ticks of the track's timescale: 90,000 a second in video, 48,000 in audio.</summary>
    Ticks,
}
