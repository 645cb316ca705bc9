using System.Numerics;

namespace Portcullis.Sessions;

/// <summary>
/// Which positions of one title were fetched in a minute, in whatever order and over however many connections. Only sessions that fetch faster
/// than anybody watches have one.
/// </summary>
/// <remarks>
/// A bit for each position, modulo <see cref="Most"/>: a minute that fetches more is as full as one can be. What is counted once is counted,
/// so repeats, other renditions of the same time and several viewers of the same place add nothing.
/// </remarks>
internal sealed class Coverage
{
    /// <summary>Most positions that are told apart.</summary>
    public const int Most = 1_024;

    private const int Words = Most / 64;

    private readonly ulong[] _words = new ulong[Words];
    private uint _title;

    /// <summary>How many positions were fetched.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a position; one of another title than the minute's first is left out.</summary>
    public void Add(uint title, long position)
    {
        if (Count == 0)
            _title = title;
        else if (title != _title)
            return;
        var bit = (int)(position & (Most - 1));
        if ((_words[bit >> 6] & (1UL << bit)) != 0)
            return;
        _words[bit >> 6] |= 1UL << bit;
        Count++;
    }

    /// <summary>How many were fetched in the longest stretch of the title of which little was left out.</summary>
    /// <param name="step">Largest distance between two neighbours in a stretch.</param>
    public int LongestStretch(int step)
    {
        if (Count == 0)
            return 0;
        // Starts behind a gap, so that no stretch is cut in two where the numbers start anew.
        var (start, longest, count, last) = (StartOfStretch(step), 0, 0, 0);
        for (var i = 0; i < Most; i++)
        {
            if (!Has(start + i))
                continue;
            count = i - last <= step ? count + 1 : 1;
            longest = Math.Max(longest, count);
            last = i;
        }
        return longest;
    }

    /// <summary>Forgets all: the next minute begins.</summary>
    public void Clear()
    {
        Array.Clear(_words);
        Count = 0;
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(_title);
        foreach (var word in _words)
            writer.Write(word);
    }

    public static Coverage Read(BinaryReader reader)
    {
        var coverage = new Coverage { _title = reader.ReadUInt32() };
        foreach (ref var word in coverage._words.AsSpan())
        {
            word = reader.ReadUInt64();
            coverage.Count += BitOperations.PopCount(word);
        }
        return coverage;
    }

    private bool Has(int position) => (_words[(position & (Most - 1)) >> 6] & (1UL << position)) != 0;

    private int StartOfStretch(int step)
    {
        var empty = 0;
        for (var i = 0; i < Most + step; i++)
        {
            if (!Has(i))
                empty++;
            else if (empty >= step)
                return i;
            else
                empty = 0;
        }
        return 0;
    }
}
