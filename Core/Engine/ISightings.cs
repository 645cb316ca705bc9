namespace Portcullis.Engine;

/// <summary>Told, one way, which sessions were seen in accepted lines. Never blocks for long.</summary>
public interface ISightings
{
    /// <summary>A session with the form of a tagged sid was seen.</summary>
    /// <param name="sid">The sid, ASCII; it need not be one of ours.</param>
    /// <param name="at">Time of its newest line, epoch milliseconds.</param>
    void Seen(ReadOnlySpan<byte> sid, long at);
}
