namespace Portcullis.Sessions;

/// <summary>Looks for playheads of different homes that advance side by side.</summary>
/// <remarks>
/// A round is a fetch by one home followed, within <see cref="RoundSpan"/>, by a fetch of the other home at the same position or behind:
/// one player would have had to jump back. One behind is left out, as answers may come in another order than requests. An overlap is a row
/// of disjoint rounds; from round to round both homes go on by one to <see cref="LongestStep"/> segments, and fetch all of them. One player that changes
/// between networks, or uses several at once, fetches each position on one of them; a jump back makes one round, a hand-over one or two.
/// Whether a row exists depends on the set of fetches only, and more fetches can only make more rows.
/// </remarks>
internal sealed class PlayheadOverlap
{
    /// <summary>How far apart the two fetches of a round may be, in milliseconds.</summary>
    public const long RoundSpan = 20_000;

    /// <summary>How near the fetches of one position by several homes must be to make a crowd, in milliseconds.</summary>
    public const long CrowdSpan = 20_000;

    /// <summary>How many segments a home may go on from one round to the next.</summary>
    public const int LongestStep = 16;

    private const long Pause = 700, LongestGap = 15_000, DenseRow = 26_000;
    private const int LongRow = 5, MostRounds = 512, MostCrowd = 8;

    private readonly Round[] _rounds = new Round[MostRounds];
    private readonly Fetch[] _two = new Fetch[FetchLog.MaxFetches];

    /// <summary>The longest overlap of two homes among fetches in order of time, or none.</summary>
    /// <param name="fetches">Fetches of one title, in order.</param>
    /// <param name="one">Viewers of one home.</param>
    /// <param name="other">Viewers of the other home.</param>
    /// <param name="segment">How long a segment plays, in milliseconds; 0 where unknown.</param>
    /// <param name="least">How long it must last, in milliseconds.</param>
    public Overlap Of(ReadOnlySpan<Fetch> fetches, ulong one, ulong other, int segment, int least)
    {
        var count = 0;
        foreach (ref readonly var fetch in fetches)
        {
            if ((((one | other) >> fetch.Viewer) & 1) != 0)
                _two[count++] = fetch;
        }
        var two = _two.AsSpan(0, count);
        var rounds = 0;
        var best = default(Overlap);
        for (var end = 1; end < two.Length; end++)
        {
            var endsInOne = ((one >> two[end].Viewer) & 1) != 0;
            for (var start = end - 1; start >= 0 && two[end].Time - two[start].Time <= RoundSpan; start--)
            {
                var apart = two[start].Position - two[end].Position;
                if (apart < 0 || apart == 1 || (((one >> two[start].Viewer) & 1) != 0) == endsInOne || rounds == MostRounds)
                    continue;
                var round = new Round(two[start].Time, two[end].Time, endsInOne, endsInOne ? two[end].Position : two[start].Position, endsInOne ? two[start].Position : two[end].Position);
                Join(ref round, rounds, two, endsInOne ? one : other, segment, least);
                _rounds[rounds++] = round;
                if (round.Found is { Rounds: > 0 } found && found.Lasted > best.Lasted)
                    best = new Overlap(found.Rounds, found.Lasted, apart, round.End);
            }
        }
        return best;
    }

    /// <summary>Positions that at least so many homes fetched close in time.</summary>
    /// <param name="fetches">Fetches of one title, in order.</param>
    /// <param name="homes">For each viewer, the viewers that are not in his home.</param>
    /// <param name="least">How many homes make a crowd.</param>
    public static Crowd CrowdOf(ReadOnlySpan<Fetch> fetches, ReadOnlySpan<ulong> homes, int least)
    {
        var crowd = default(Crowd);
        for (var i = 0; i < fetches.Length; i++)
        {
            // Counted at the fetch that completes it, and once for each position.
            var (met, count, repeated) = (homes[fetches[i].Viewer], 1, false);
            for (var j = i - 1; j >= 0 && fetches[i].Time - fetches[j].Time <= CrowdSpan && count < MostCrowd; j--)
            {
                if (fetches[j].Position != fetches[i].Position || ((met >> fetches[j].Viewer) & 1) == 0)
                    continue;
                met &= homes[fetches[j].Viewer];
                count++;
            }
            if (count < least)
                continue;
            for (var j = i - 1; j >= 0 && !repeated && fetches[i].Time - fetches[j].Time <= CrowdSpan; j--)
                repeated = fetches[j].Position == fetches[i].Position && IsCrowded(fetches[..(j + 1)], homes, least);
            crowd = new Crowd(crowd.Positions + (repeated ? 0 : 1), Math.Max(crowd.Homes, count), fetches[i].Time);
        }
        return crowd;
    }

    private static bool IsCrowded(ReadOnlySpan<Fetch> fetches, ReadOnlySpan<ulong> homes, int least)
    {
        var last = fetches[^1];
        var (met, count) = (homes[last.Viewer], 1);
        for (var j = fetches.Length - 2; j >= 0 && last.Time - fetches[j].Time <= CrowdSpan && count < least; j--)
        {
            if (fetches[j].Position != last.Position || ((met >> fetches[j].Viewer) & 1) == 0)
                continue;
            met &= homes[fetches[j].Viewer];
            count++;
        }
        return count >= least;
    }

    /// <summary>Joins a round to the rows before it: three rounds within <see cref="DenseRow"/> make an overlap, or five within any time.</summary>
    private void Join(ref Round round, int before, ReadOnlySpan<Fetch> two, ulong ending, int segment, int least)
    {
        for (var i = 0; i < before; i++)
        {
            ref readonly var earlier = ref _rounds[i];
            var (one, other) = (round.One - earlier.One, round.Other - earlier.Other);
            if (round.Start < earlier.End + Pause || one is < 1 or > LongestStep || other is < 1 or > LongestStep)
                continue;
            // At a change of network the segments under way are fetched at once on both; who plays takes his time from one to the next.
            if ((round.End - earlier.End) * 4 < segment * Math.Min(one, other) * 3)
                continue;
            // Who plays needs no longer for so many segments; who jumps back again and again does.
            if (round.End - earlier.End > (segment == 0 ? LongestGap : (segment * Math.Max(one, other) * 8 / 5) + 1_000))
                continue;
            var starting = ~ending;
            if ((one > 1 && !FetchedBetween(two, earlier.TimeOfOne, round.TimeOfOne, earlier.One, round.One, round.EndsInOne ? ending : starting)) || (other > 1 && !FetchedBetween(two, earlier.TimeOfOther, round.TimeOfOther, earlier.Other, round.Other, round.EndsInOne ? starting : ending)))
                continue;
            round.Follow(earlier, least);
        }
    }

    /// <summary>Whether a home fetched every position between two: one that left some out had them from elsewhere.</summary>
    private static bool FetchedBetween(ReadOnlySpan<Fetch> two, long since, long until, long from, long to, ulong home)
    {
        for (var position = from + 1; position < to; position++)
        {
            var found = false;
            foreach (ref readonly var fetch in two)
                found |= fetch.Position == position && fetch.Time >= since && fetch.Time <= until && ((home >> fetch.Viewer) & 1) != 0;
            if (!found)
                return false;
        }
        return true;
    }

    private struct Round(long start, long end, bool endsInOne, long one, long other)
    {
        public readonly long Start = start, End = end, One = one, Other = other;
        public readonly bool EndsInOne = endsInOne;

        public readonly long TimeOfOne => EndsInOne ? End : Start;

        public readonly long TimeOfOther => EndsInOne ? Start : End;


        /// <summary>Ends of the rounds just before it, the newest.</summary>
        private Ends _before;
        private int _beforeCount;

        /// <summary>Longest row that it ends, and the earliest end of the first round of such rows.</summary>
        private int _length = 1;
        private long _since = end;

        /// <summary>The overlap that it completes: rounds and how long they lasted; none without.</summary>
        public (int Rounds, long Lasted) Found { get; private set; }

        public void Follow(in Round earlier, int least)
        {
            _before[_beforeCount++ % Ends.Length] = earlier.End;
            for (var i = 0; i < Math.Min(earlier._beforeCount, Ends.Length); i++)
            {
                var lasted = End - earlier._before[i];
                if (lasted >= least && lasted <= DenseRow && lasted > Found.Lasted)
                    Found = (3, lasted);
            }
            var length = Math.Min(earlier._length + 1, LongRow);
            if (length > _length)
                (_length, _since) = (length, earlier._since);
            else if (length == _length)
                _since = Math.Min(_since, earlier._since);
            if (_length == LongRow && End - _since >= least && End - _since > Found.Lasted)
                Found = (LongRow, End - _since);
        }
    }

    [System.Runtime.CompilerServices.InlineArray(Length)]
    private struct Ends
    {
        public const int Length = 16;
        private long _first;
    }
}
