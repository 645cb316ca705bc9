namespace Portcullis.Sessions;

/// <summary>A viewer asked for a segment: one mark of a playhead.</summary>
/// <param name="Time">When he asked, epoch milliseconds.</param>
/// <param name="Position">The segment.</param>
/// <param name="Viewer">Index of the viewer in the session.</param>
/// <param name="Rendition">Index of the rendition in the session, which belongs to a title.</param>
/// <param name="Request">Some bits of the request's key: players behind one proxy may ask for the same at the same time.</param>
internal readonly record struct Fetch(long Time, long Position, byte Viewer, byte Rendition, byte Request = 0) : IComparable<Fetch>
{
    public int CompareTo(Fetch other) =>
        Time != other.Time ? Time.CompareTo(other.Time)
        : Position != other.Position ? Position.CompareTo(other.Position)
        : Viewer != other.Viewer ? Viewer.CompareTo(other.Viewer)
        : Rendition != other.Rendition ? Rendition.CompareTo(other.Rendition)
        : Request.CompareTo(other.Request);
}
