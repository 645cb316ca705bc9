namespace Portcullis.Media;

/// <summary>
/// What the segments of one track are for: as names and content type tell, unless most players that say so say otherwise, or it only ever
/// goes along with a larger one. Safe for concurrent use.
/// </summary>
internal sealed class MediaTrack(MediaKind named)
{
    private const int LeastVotes = 4, MostVotes = 400, LeastSizes = 6, SizesToLearn = 64;

    private readonly Lock _lock = new();
    private long _bytes;
    private int _measured;
    private int _video, _companion, _side, _along, _alone;
    private volatile byte _kind = (byte)named;

    /// <summary>What they are for.</summary>
    public MediaKind Kind => (MediaKind)_kind;

    /// <summary>Takes what a player calls the segment. Anybody can forge it, so it is one vote.</summary>
    public void Believe(ReadOnlySpan<byte> cmcdObjectType)
    {
        if (cmcdObjectType.IsEmpty || named is not (MediaKind.Video or MediaKind.Companion) || _video + _companion + _side >= MostVotes)
            return;
        lock (_lock)
        {
            if (cmcdObjectType.SequenceEqual("v"u8) || cmcdObjectType.SequenceEqual("av"u8))
                _video++;
            else if (cmcdObjectType.SequenceEqual("a"u8) || cmcdObjectType.SequenceEqual("i"u8) || cmcdObjectType.SequenceEqual("k"u8))
                _companion++;
            else if (cmcdObjectType.SequenceEqual("c"u8) || cmcdObjectType.SequenceEqual("tt"u8))
                _side++;
            Settle();
        }
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

    private void Settle() => _kind = (byte)(
        Outvotes(_video, _companion + _side) ? MediaKind.Video
        : Outvotes(_companion, _video + _side) ? MediaKind.Companion
        : Outvotes(_side, _video + _companion) ? MediaKind.Side
        : named == MediaKind.Video && Outvotes(_along, _alone) ? MediaKind.Companion
        : named);

    private static bool Outvotes(int votes, int others) => votes >= LeastVotes && votes > 2 * others;
}
