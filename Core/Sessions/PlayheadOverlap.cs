namespace Portcullis.Sessions;

/// <summary>Looks for playheads of different homes that advance side by side.</summary>
/// <remarks>
/// A round is a fetch by one home followed, within <see cref="RoundSpan"/>, by a fetch of the other home at the same position or behind:
/// one player would have had to jump back. One behind is left out, as answers may come in another order than requests. An overlap is a row
/// of disjoint rounds in which both homes go on by one to <see cref="LongestStep"/> segments from round to round. One player that changes
/// between networks, or uses several at once, fetches each position on one of them; a jump back makes one round, a hand-over one or two.
/// Whether a row exists depends on the set of fetches only, and more fetches can only make more rows.
/// </remarks>
internal sealed class PlayheadOverlap
{
    /// <summary>How far apart the two fetches of a round may be, in milliseconds.</summary>
    public const long RoundSpan = 12_000;

    /// <summary>How near the fetches of one position by several homes must be to make a crowd, in milliseconds.</summary>
    public const long CrowdSpan = 20_000;

    /// <summary>How many segments a home may go on from one round to the next.</summary>
    public const int LongestStep = 3;

    private const long Pause = 700, LongestGap = 15_000;
    private const int CountedRounds = 3, MostRounds = 256, MostCrowd = 8;

    private readonly Round[] _rounds = new Round[MostRounds];
    private readonly Fetch[] _two = new Fetch[FetchLog.MaxFetches];

    /// <summary>The longest overlap of two homes among fetches in order of time, or none.</summary>
    /// <param name="fetches">Fetches of one title, in order.</param>
    /// <param name="one">Viewers of one home.</param>
    /// <param name="other">Viewers of the other home.</param>
    /// <param name="segment">How long a segment plays, in milliseconds; 0 where unknown.</param>
    public Overlap Of(ReadOnlySpan<Fetch> fetches, ulong one, ulong other, int segment)
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
                var round = new Round(two[start].Time, two[end].Time, endsInOne ? two[end].Position : two[start].Position, endsInOne ? two[start].Position : two[end].Position);
                Join(ref round, rounds, segment);
                _rounds[rounds++] = round;
                if (round.SinceThird != long.MaxValue && round.End - round.SinceThird > best.Lasted)
                    best = new Overlap(CountedRounds, round.End - round.SinceThird, apart, round.End);
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

    /// <summary>Since when rows last that the round ends: the earliest end of the first round of rows of two, and of three or more.</summary>
    private void Join(ref Round round, int before, int segment)
    {
        for (var i = 0; i < before; i++)
        {
            ref readonly var earlier = ref _rounds[i];
            var (one, other) = (round.One - earlier.One, round.Other - earlier.Other);
            if (round.Start < earlier.End + Pause || one is < 1 or > LongestStep || other is < 1 or > LongestStep)
                continue;
            // Who plays needs no longer for so many segments; who jumps back again and again does.
            if (round.End - earlier.End > (segment == 0 ? LongestGap : (segment * Math.Max(one, other) * 8 / 5) + 1_000))
                continue;
            round.SinceSecond = Math.Min(round.SinceSecond, earlier.End);
            round.SinceThird = Math.Min(round.SinceThird, Math.Min(earlier.SinceSecond, earlier.SinceThird));
        }
    }

    private struct Round(long start, long end, long one, long other)
    {
        public readonly long Start = start, End = end, One = one, Other = other;
        public long SinceSecond = long.MaxValue, SinceThird = long.MaxValue;
    }
}
