namespace Portcullis.Sessions;

/// <summary>A viewer asked for a segment: one mark of a playhead.</summary>
/// <param name="Time">When he asked, epoch milliseconds.</param>
/// <param name="Position">The segment.</param>
/// <param name="Viewer">Index of the viewer in the session.</param>
/// <param name="Rendition">Index of the rendition in the session, which belongs to a title.</param>
internal readonly record struct Fetch(long Time, long Position, byte Viewer, byte Rendition) : IComparable<Fetch>
{
    public int CompareTo(Fetch other) =>
        Time != other.Time ? Time.CompareTo(other.Time)
        : Position != other.Position ? Position.CompareTo(other.Position)
        : Viewer != other.Viewer ? Viewer.CompareTo(other.Viewer)
        : Rendition.CompareTo(other.Rendition);
}
