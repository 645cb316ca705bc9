namespace Portcullis.Traffic.Titles;

/// <summary>What is particular to a title.</summary>
internal sealed record TitleOutline
{
    public required Packaging Packaging { get; init; }

    public required (int Bitrate, int Height)[] Ladder { get; init; }

    public string Host { get; init; } = "media.streamplus.example";

    /// <summary>Share of its kind of audience, live or on demand; 0 for titles one reaches from others only.</summary>
    public int Weight { get; init; }

    /// <summary>Milliseconds.</summary>
    public required int SegmentLength { get; init; }

    /// <summary>Milliseconds of a part; 0 unless low latency.</summary>
    public int PartLength { get; init; }

    /// <summary>Epoch milliseconds; 0 on demand.</summary>
    public long LiveStart { get; init; }

    /// <summary>Milliseconds from a segment's end to its being served.</summary>
    public int Latency { get; init; }

    /// <summary>Segments on demand, advertisements included.</summary>
    public long Count { get; init; }

    /// <summary>Number of the segment with index 0.</summary>
    public long FirstNumber { get; init; }

    /// <summary>Whether the match is shown.</summary>
    public bool IsMatch { get; init; }

    /// <summary>Whether viewers can go back to the beginning of a live event.</summary>
    public bool HasDvr { get; init; }

    public bool HasSubtitles { get; init; }

    public bool HasThumbnails { get; init; }

    public bool IsEncrypted { get; init; }

    /// <summary>Segments from one advertising break to the next.</summary>
    public int AdEvery { get; init; }

    /// <summary>Segments of a break; 0 for no advertisements.</summary>
    public int AdLength { get; init; }
}
