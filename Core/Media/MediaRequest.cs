namespace Portcullis.Media;

/// <summary>A media request reduced to what playheads are made of.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Title">Key of the title: the path up to its renditions; 0 unless <see cref="MediaKind.Video"/>.</param>
/// <param name="Rendition">Key of the rendition; 0 unless <see cref="MediaKind.Video"/>.</param>
/// <param name="Position">Number of the segment, growing by one from a segment to the next; <see cref="None"/> unless <see cref="MediaKind.Video"/>.</param>
/// <param name="SegmentMilliseconds">How long the title's segments play, as far as the player said or all players' requests show; 0 where unknown.</param>
public readonly record struct MediaRequest(MediaKind Kind, uint Title, uint Rendition, long Position, ushort SegmentMilliseconds)
{
    /// <value>Whether a better rendition of the title is known, by the size of its segments.</value>
    public bool HasBetter { get; init; }

    /// <summary>No position.</summary>
    public const long None = -1;

    internal static MediaRequest Of(MediaKind kind) => new(kind, 0, 0, None, 0);
}
