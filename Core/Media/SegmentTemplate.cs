using System.Numerics;

namespace Portcullis.Media;

/// <summary>What the file names of one rendition have in common, and which of their numbers counts segments.</summary>
/// <remarks>
/// The number is the one that varies most among the names that were asked for; at first a guess. Names without a segment number, whose
/// requests are byte ranges, count in ranges of the mean size.
/// Safe for concurrent use: under its lock while it learns, and as it is from then on.
/// </remarks>
internal sealed class SegmentTemplate(MediaKind kind, TitleTempo title, int guess)
{
    public const int MaxNumbers = 6;

    private const int LinesToLearn = 256, RangesToLearn = 24, LeastVotes = 4, MostVotes = 200;

    private readonly ulong[] _varied = new ulong[MaxNumbers];
    private readonly MediaKind _named = kind;
    private int _lines, _ranges, _video, _companion, _side;
    private long _rangeBytes, _firstPart = long.MaxValue;

    private volatile bool _learned;

    public TitleTempo Title { get; } = title;

    /// <summary>Which of the numbers counts segments; -1 when the names have none.</summary>
    public int Slot { get; private set; } = guess;

    /// <summary>What the requests are for: as names and content type tell, unless most players that say so say otherwise.</summary>
    public MediaKind Kind { get; private set; } = kind;

    /// <summary>Learns from one more request: its numbers, and what the player calls it.</summary>
    /// <remarks>Anybody can forge what a player says, so it is one vote.</remarks>
    public void Learn(ReadOnlySpan<long> numbers, ReadOnlySpan<byte> cmcdObjectType)
    {
        if (_learned)
            return;
        lock (_varied)
        {
            Vote(cmcdObjectType);
            if (_lines < LinesToLearn && Slot >= 0)
                Learn(numbers);
            else if (_video + _companion + _side >= MostVotes || _lines++ > 16 * LinesToLearn)
                _learned = true;
        }
    }

    private void Learn(ReadOnlySpan<long> numbers)
    {
        _lines++;
        for (var i = 0; i < numbers.Length; i++)
            _varied[i] |= 1UL << (int)((ulong)numbers[i] * 0x9E3779B97F4A7C15 >> 58);
        var most = BitOperations.PopCount(_varied[Slot]);
        for (var i = 0; i < numbers.Length; i++)
        {
            if (BitOperations.PopCount(_varied[i]) > Math.Max(most, 3) + 1)
                (Slot, most) = (i, BitOperations.PopCount(_varied[i]));
        }
    }

    private void Vote(ReadOnlySpan<byte> cmcdObjectType)
    {
        if (cmcdObjectType.IsEmpty || _named is not (MediaKind.Video or MediaKind.Companion))
            return;
        if (cmcdObjectType.SequenceEqual("v"u8) || cmcdObjectType.SequenceEqual("av"u8))
            _video++;
        else if (cmcdObjectType.SequenceEqual("a"u8) || cmcdObjectType.SequenceEqual("i"u8))
            _companion++;
        else if (cmcdObjectType.SequenceEqual("c"u8) || cmcdObjectType.SequenceEqual("tt"u8) || cmcdObjectType.SequenceEqual("k"u8))
            _side++;
        Kind = Outvotes(_video, _companion + _side) ? MediaKind.Video
            : Outvotes(_companion, _video + _side) ? MediaKind.Companion
            : Outvotes(_side, _video + _companion) ? MediaKind.Side
            : _named;
    }

    /// <summary>Whether a part of a segment is the first of its segment, as far as seen.</summary>
    public bool IsFirstPart(long part)
    {
        if (part < Interlocked.Read(ref _firstPart))
            Interlocked.Exchange(ref _firstPart, part);
        return part == Interlocked.Read(ref _firstPart);
    }

    /// <summary>The ordinal of a byte range; <see cref="MediaRequest.None"/> until the mean size is known.</summary>
    public long OrdinalOf(long start, long end)
    {
        if (Volatile.Read(ref _ranges) < RangesToLearn)
        {
            lock (_varied)
            {
                _rangeBytes += _ranges < RangesToLearn ? end - start + 1 : 0;
                Volatile.Write(ref _ranges, Math.Min(_ranges + 1, RangesToLearn));
            }
            return MediaRequest.None;
        }
        var size = Math.Max(_rangeBytes / _ranges, 1);
        return (start + (size / 2)) / size;
    }

    private static bool Outvotes(int votes, int others) => votes >= LeastVotes && votes > 2 * others;
}
