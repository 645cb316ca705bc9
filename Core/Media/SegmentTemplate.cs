using System.Numerics;

namespace Portcullis.Media;

/// <summary>What the file names of a folder have in common, and which of their numbers counts segments.</summary>
/// <remarks>
/// The number is the one that varies most among the names that were asked for; at first a guess. Names without a segment number, whose
/// requests are byte ranges, count in ranges of the mean size. Safe for concurrent use: under its lock while it learns, and as it is from
/// then on.
/// </remarks>
internal sealed partial class SegmentTemplate(MediaKind kind, TitleTempo title, MediaTrack only, int guess)
{
    public const int MaxNumbers = 6;

    private const int LinesToLearn = 256, RangesToLearn = 24;

    private readonly ulong[] _varied = new ulong[MaxNumbers];
    private int _lines, _ranges;
    private long _rangeBytes, _firstPart = long.MaxValue;

    public TitleTempo Title { get; } = title;

    /// <summary>What names and content type tell of it.</summary>
    public MediaKind Named { get; } = kind;

    /// <summary>The track, where all names are of one.</summary>
    public MediaTrack Only { get; } = only;

    /// <summary>Which of the numbers counts segments; -1 when the names have none.</summary>
    public int Slot { get; private set; } = guess;

    /// <summary>Learns from the numbers of one more name.</summary>
    public void Learn(ReadOnlySpan<long> numbers)
    {
        if (Volatile.Read(ref _lines) >= LinesToLearn || Slot < 0)
            return;
        lock (_varied)
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
}
