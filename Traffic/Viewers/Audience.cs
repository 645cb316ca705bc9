using Portcullis.Traffic.Players;

namespace Portcullis.Traffic.Viewers;

/// <summary>What a match does to everybody who watches it: goals are seen again by many at once, and half-time is a break.</summary>
internal static class Audience
{
    private const double SeesGoalAgain = 1.0 / 3, TakesBreak = 0.2;

    /// <summary>Arranges what a viewer does at the goals and at half-time.</summary>
    /// <param name="session">The session.</param>
    /// <param name="player">The viewer's player at that time.</param>
    /// <param name="from">When the viewer begins, epoch milliseconds.</param>
    public static void Follow(Session session, Func<Player> player, long from)
    {
        // Who started over from the beginning sees goals when nobody else does.
        if (!session.Title.Outline.IsMatch || session.Position is not null)
            return;
        var match = session.World.Match;
        foreach (var goal in match.Goals)
        {
            if (goal > from + 30_000 && session.Random.Chance(SeesGoalAgain))
                SeeAgain(session, player, goal + session.Random.Milliseconds(4, 14));
        }
        if (from < match.HalfTime - 60_000 && session.Random.Chance(TakesBreak))
            Break(session, player, match.HalfTime + session.Random.Milliseconds(0, 60), match.SecondHalf + session.Random.Milliseconds(-60, 60));
    }

    private static void SeeAgain(Session session, Func<Player> player, long at)
    {
        for (var again = session.Random.Chance(0.2) ? 2 : 1; again > 0; again--, at += session.Random.Milliseconds(8, 30))
            session.At(at, (one, now) => player().Seek(now, player().Head(now) - one.Random.Milliseconds(10, 40)));
        if (session.Random.Chance(0.6))
            session.At(at + session.Random.Milliseconds(10, 60), (_, now) => player().GoLive(now));
    }

    private static void Break(Session session, Func<Player> player, long from, long until)
    {
        session.At(from, (_, now) =>
        {
            var stopped = player();
            if (stopped.IsPaused)
                return;
            stopped.Pause(now);
            session.At(Math.Max(until, now + 1_000), (one, later) => stopped.Resume(later, one.Random.Chance(0.8)));
        });
    }
}
