using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Titles;

/// <summary>The event that most live viewers watch; a short recording has a short match. Times are epoch milliseconds.</summary>
internal sealed class Match
{
    private Match(long kickOff, long halfTime, long secondHalf, long end, long[] goals) =>
        (KickOff, HalfTime, SecondHalf, End, Goals) = (kickOff, halfTime, secondHalf, end, goals);

    public long KickOff { get; }

    public long HalfTime { get; }

    public long SecondHalf { get; }

    public long End { get; }

    /// <summary>Ascending.</summary>
    public long[] Goals { get; }

    public static Match Play(ulong seed, long start, long length)
    {
        var rng = Rng.For(seed, 1, 0);
        var kickOff = start + Math.Min(600_000, length / 12);
        var half = Math.Min(47 * 60_000L, (long)(length * 0.4));
        var pause = Math.Min(15 * 60_000L, (long)(length * 0.12));
        var goals = new long[Math.Max(2, (int)(half * 2 / (20 * 60_000)))];
        for (var i = 0; i < goals.Length; i++)
        {
            var played = (long)(half * 2 * rng.Range(0.04, 0.97));
            goals[i] = kickOff + played + (played > half ? pause : 0);
        }
        Array.Sort(goals);
        return new Match(kickOff, kickOff + half, kickOff + half + pause, kickOff + (2 * half) + pause, goals);
    }
}
