using System.Numerics;

namespace Portcullis.Media;

/// <summary>
/// What the segments of one track are for: as names and content type tell, unless most players that say so say otherwise, or it only ever
/// goes along with a larger one. Safe for concurrent use.
/// </summary>
internal sealed partial class MediaTrack(MediaKind named)
{
    private const int LeastVotes = 4, MostVotes = 400, LeastSizes = 6, SizesToLearn = 64;

    private readonly Lock _lock = new();
    private long _bytes;
    private int _measured, _along, _alone;
    private ulong _video, _companion, _side;
    private volatile byte _kind = (byte)named;

    /// <summary>What they are for.</summary>
    public MediaKind Kind => (MediaKind)_kind;

    /// <summary>Takes what a player calls the segment.</summary>
    /// <remarks>Anybody can forge it, and fetch as often as he likes: all that one session says is one vote. Sessions are counted as bits, so 64 at most.</remarks>
    /// <param name="cmcdObjectType">The object type, or empty.</param>
    /// <param name="session">Key of the session.</param>
    public void Believe(ReadOnlySpan<byte> cmcdObjectType, ulong session)
    {
        if (cmcdObjectType.IsEmpty || named is not (MediaKind.Video or MediaKind.Companion))
            return;
        if (cmcdObjectType.SequenceEqual("v"u8) || cmcdObjectType.SequenceEqual("av"u8))
            Vote(ref _video, session);
        else if (cmcdObjectType.SequenceEqual("a"u8) || cmcdObjectType.SequenceEqual("i"u8) || cmcdObjectType.SequenceEqual("k"u8))
            Vote(ref _companion, session);
        else if (cmcdObjectType.SequenceEqual("c"u8) || cmcdObjectType.SequenceEqual("tt"u8))
            Vote(ref _side, session);
    }

    /// <summary>Mean size of its segments in bytes; 0 before some were seen.</summary>
    public long MeanBytes { get; private set; }

    /// <summary>Learns the size of one more segment.</summary>
    public void Measure(long bytes)
    {
        if (Volatile.Read(ref _measured) >= SizesToLearn || bytes <= 0)
            return;
        lock (_lock)
        {
            _bytes += bytes;
            if (++_measured >= LeastSizes)
                MeanBytes = _bytes / _measured;
        }
    }

    /// <summary>A player fetched the same number of another track beside it, and that was the larger; or it did not.</summary>
    public void Count(bool along)
    {
        if (_along + _alone >= MostVotes)
            return;
        lock (_lock)
        {
            (_along, _alone) = along ? (_along + 1, _alone) : (_along, _alone + 1);
            Settle();
        }
    }

    private void Vote(ref ulong votes, ulong session)
    {
        var vote = 1UL << (int)(session >> 58);
        if ((Volatile.Read(ref votes) & vote) != 0)
            return;
        lock (_lock)
        {
            votes |= vote;
            Settle();
        }
    }

    private void Settle()
    {
        var (video, companion, side) = (BitOperations.PopCount(_video), BitOperations.PopCount(_companion), BitOperations.PopCount(_side));
        _kind = (byte)(
            Outvotes(video, companion + side) ? MediaKind.Video
            : Outvotes(companion, video + side) ? MediaKind.Companion
            : Outvotes(side, video + companion) ? MediaKind.Side
            : named == MediaKind.Video && Outvotes(_along, _alone) ? MediaKind.Companion
            : named);
    }

    private static bool Outvotes(int votes, int others) => votes >= LeastVotes && votes > 2 * others;
}
