using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Networks.Routes;
using Portcullis.Traffic.Players;

namespace Portcullis.Traffic.Viewers;

/// <summary>What one honest viewer does with his player.</summary>
internal static class Playing
{
    public static void Seek(Session session)
    {
        for (var i = session.Random.Between(2, 12); i > 0; i--)
        {
            session.At(Moment(session), static (one, now) =>
            {
                var far = one.Random.Chance(0.3) ? one.Random.Milliseconds(-600, 600) : one.Random.Milliseconds(-30, 30);
                one.Main.Seek(now, one.Main.Head(now) + far);
            });
        }
    }

    /// <summary>Back 10 to 40 s within seconds of a goal, as all do; some twice or three times.</summary>
    public static void WatchGoalsAgain(Session session)
    {
        session.FollowsMatch = false;
        var goals = session.Title.Outline.IsMatch ? session.World.Match.Goals : [Moment(session), Moment(session)];
        foreach (var goal in goals)
        {
            if (goal < session.Begin + 30_000)
                continue;
            var at = goal + session.Random.Milliseconds(4, 14);
            for (var again = session.Random.Below(10) switch { < 6 => 1, < 9 => 2, _ => 3 }; again > 0; again--, at += session.Random.Milliseconds(8, 30))
                session.At(at, static (one, now) => one.Main.Seek(now, one.Main.Head(now) - one.Random.Milliseconds(10, 40)));
            if (session.Random.Chance(0.7))
                session.At(at + session.Random.Milliseconds(20, 60), static (one, now) => one.Main.GoLive(now));
        }
    }

    public static void Scan(Session session)
    {
        for (var i = session.Random.Between(1, 4); i > 0; i--)
            session.At(Moment(session), static (one, now) => one.Main.TrickPlay(now, one.Random.Between(8, 40), one.Random.Chance(0.5) ? 2 : -2));
    }

    public static void LoseNetwork(Session session)
    {
        for (var i = session.Random.Between(1, 3); i > 0; i--)
            session.At(Moment(session), static (one, now) => one.Main.LoseNetwork(now, now + one.Random.Milliseconds(10, 60)));
    }

    public static void Pause(Session session)
    {
        for (var i = session.Random.Between(1, 4); i > 0; i--)
        {
            session.At(Moment(session), static (one, now) =>
            {
                if (one.Main.IsPaused)
                    return;
                one.Main.Pause(now);
                one.At(now + one.Random.Milliseconds(5, 300), static (same, later) => same.Main.Resume(later, same.Random.Chance(0.4)));
            });
        }
    }

    /// <summary>A good line and a rendition that never changes, from the beginning to the end.</summary>
    public static void Steady(Session session)
    {
        session.Traits.Abr = AbrMode.Fixed;
        session.Traits.Congestion = 0;
        session.Traits.ErrorChance = 0;
    }

    /// <summary>Monitoring from a data centre: a few segments every minute.</summary>
    public static void Probe(Session session)
    {
        session.HasOwnPlayer = false;
        var device = DeviceCatalogue.DrawProbe(ref session.Random);
        var route = new SingleRoute(Link.Draw(Providers.Draw(session.Home.Country, NetworkUse.Hosting, ref session.Random), false, ref session.Random));
        for (var at = session.Begin + 1_000; at < session.End - 30_000; at += 60_000)
        {
            session.At(at, (one, now) =>
            {
                var player = one.Open(0, device, route, one.Title, PlayerTraits.Of(device, ref one.Random));
                player.Start(now, null);
                one.At(now + one.Random.Milliseconds(3, 8), (_, _) => player.Leave());
            });
        }
    }

    private static long Moment(Session session) => session.Begin + (long)((session.End - session.Begin) * session.Random.Range(0.05, 0.95));
}
