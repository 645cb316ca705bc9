namespace Portcullis.Sessions;

/// <summary>A viewer fetched a position; repeats within the same half minute are one fetch, at the earliest time.</summary>
internal struct Fetch(ulong title, long position, ulong viewer, long time)
{
    public readonly ulong Title = title;
    public readonly long Position = position;
    public readonly ulong Viewer = viewer;

    /// <summary>Epoch milliseconds.</summary>
    public long Time = time;

    public readonly bool IsSameAs(in Fetch other) =>
        Viewer == other.Viewer && Position == other.Position && Title == other.Title && Time / PlayheadWindow.Span == other.Time / PlayheadWindow.Span;
}
