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
        var (rounds, near) = (0, 0);
        var best = default(Overlap);
        var longest = LongestPause(segment, LongestStep);
        for (var end = 1; end < two.Length; end++)
        {
            var endsInOne = ((one >> two[end].Viewer) & 1) != 0;
            for (; near < rounds && two[end].Time - _rounds[near].End > longest; near++)
            {
                // Rounds are in order of their ends: those before this one are too old for all that follow.
            }
            for (var start = end - 1; start >= 0 && two[end].Time - two[start].Time <= RoundSpan; start--)
            {
                var apart = two[start].Position - two[end].Position;
                if (apart < 0 || apart == 1 || (((one >> two[start].Viewer) & 1) != 0) == endsInOne)
                    continue;
                if (rounds == MostRounds)
                    return best;
                var (ofOne, ofOther) = endsInOne ? (end, start) : (start, end);
                var round = new Round(two[start].Time, two[end].Time, two[ofOne], two[ofOther]);
                Join(ref round, _rounds.AsSpan(near, rounds - near), new Way(two[..ofOne], two[ofOne], one), new Way(two[..ofOther], two[ofOther], other), segment, least);
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
    private static void Join(ref Round round, ReadOnlySpan<Round> before, Way wayOfOne, Way wayOfOther, int segment, int least)
    {
        foreach (ref readonly var earlier in before)
        {
            // Those that follow end later still.
            if (earlier.End + Pause > round.Start)
                return;
            var (one, other) = (round.One.Position - earlier.One.Position, round.Other.Position - earlier.Other.Position);
            if (one is < 1 or > LongestStep || other is < 1 or > LongestStep)
                continue;
            // At a change of network the segments under way are fetched at once on both; who plays takes his time from one to the next.
            if ((round.End - earlier.End) * 4 < segment * Math.Min(one, other) * 3)
                continue;
            // Who plays needs no longer for so many segments; who jumps back again and again does.
            if (round.End - earlier.End > LongestPause(segment, Math.Max(one, other)))
                continue;
            if (wayOfOne.LeadsFrom(earlier.One) && wayOfOther.LeadsFrom(earlier.Other))
                round.Follow(earlier, least);
        }
    }

    /// <summary>The longest that one who plays needs for so many segments, in milliseconds.</summary>
    private static long LongestPause(int segment, long segments) => segment == 0 ? LongestGap : (segment * segments * 8 / 5) + 1_000;

    /// <summary>The positions that a home fetched on its way to a fetch: one that left some out had them from elsewhere.</summary>
    /// <param name="before">Fetches before it, in order of time.</param>
    /// <param name="last">The fetch.</param>
    /// <param name="home">Viewers of the home.</param>
    private ref struct Way(ReadOnlySpan<Fetch> before, Fetch last, ulong home)
    {
        private readonly ReadOnlySpan<Fetch> _before = before;
        private Since _since;
        private bool _isFilled;

        /// <summary>Whether the home fetched every position between an earlier fetch and the last one after the former and before the latter.</summary>
        public bool LeadsFrom(in Mark from)
        {
            var steps = (int)(last.Position - from.Position);
            if (steps == 1)
                return true;
            if (!_isFilled)
                Fill();
            return _since[steps - 1] >= from.Time;
        }

        private void Fill()
        {
            _isFilled = true;
            ((Span<long>)_since).Fill(long.MinValue);
            var missing = LongestStep - 1;
            for (var i = _before.Length - 1; i >= 0 && missing > 0; i--)
            {
                var behind = last.Position - _before[i].Position;
                if (behind is < 1 or >= LongestStep || _since[(int)behind] != long.MinValue || ((home >> _before[i].Viewer) & 1) == 0)
                    continue;
                _since[(int)behind] = _before[i].Time;
                missing--;
            }
            for (var behind = 2; behind < LongestStep; behind++)
                _since[behind] = Math.Min(_since[behind], _since[behind - 1]);
        }
    }

    /// <summary>For each number of segments behind the last one, when the way over all of them began at the latest.</summary>
    [System.Runtime.CompilerServices.InlineArray(LongestStep)]
    private struct Since
    {
        private long _first;
    }

    /// <summary>A home's part in a round.</summary>
    private readonly record struct Mark(long Position, long Time);

    private struct Round(long start, long end, in Fetch one, in Fetch other)
    {
        public readonly long Start = start, End = end;
        public readonly Mark One = new(one.Position, one.Time), Other = new(other.Position, other.Time);

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
