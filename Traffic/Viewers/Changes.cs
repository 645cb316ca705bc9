using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Networks.Routes;
using Portcullis.Traffic.Players;

namespace Portcullis.Traffic.Viewers;

/// <summary>Changes of device and player that one honest viewer makes.</summary>
internal static class Changes
{
    /// <summary>
    /// To the television: it takes over, and the phone fetches on for 10 to 20 s. Both are in the home's network, or they would not find
    /// each other; not always in one address family.
    /// </summary>
    public static void Cast(Session session)
    {
        var at = Moment(session, 0.2, 0.6);
        session.At(at - 15_000, static (one, _) =>
        {
            if (one.Main.Route is SingleRoute route)
                route.Link = one.Home.Line;
        });
        session.At(at, TakeOver);
    }

    private static void TakeOver(Session one, long now)
    {
        // Who has left the house meanwhile finds no television.
        if (one.Main.Route is SingleRoute { Link: var link } && link != one.Home.Line)
            return;
        var device = DeviceCatalogue.DrawCast(ref one.Random);
        var line = one.Home.Line;
        var at = one.Random.Below(10) switch { < 6 => line, < 8 => one.OtherLine, _ => line.Neighbour(ref one.Random) };
        one.TakeOver(now, device, new SingleRoute(at), PlayerTraits.Of(device, ref one.Random), one.Random.Milliseconds(10, 20));
    }

    public static void CastBack(Session session) => session.At(Moment(session, 0.7, 0.9), (one, now) =>
        one.TakeOver(now, one.Device, one.Route, one.Traits, one.Random.Milliseconds(10, 20)));

    public static void Reload(Session session)
    {
        for (var i = session.Random.Between(1, 4); i > 0; i--)
            session.At(Moment(session, 0.1, 0.9), static (one, now) => one.Reload(now));
    }

    public static void SecondTab(Session session) => session.At(Moment(session, 0.1, 0.5), (one, now) =>
    {
        var tab = one.Open(0, one.Device, one.Route, one.Title, one.Traits);
        tab.Start(now, one.Title.IsLive || one.Random.Chance(0.5) ? null : one.Main.Head(now));
        one.At(Math.Min(one.End, now + one.Random.Milliseconds(60, 900)), (_, _) => tab.Leave());
    });

    public static void Multiview(Session session) => session.At(session.Begin + session.Random.Milliseconds(5, 120), (one, now) =>
    {
        for (var i = 1; i <= one.Random.Between(1, 3); i++)
            one.Open(0, one.Device, one.Route, one.Title.Angles[i], one.Traits).Start(now + (i * 300), null);
    });

    /// <summary>The next episode's beginning is fetched while this one plays.</summary>
    public static void Preload(Session session) => session.At(Moment(session, 0.3, 0.8), (one, now) =>
    {
        var next = one.Open(0, one.Device, one.Route, one.Title.Next!, one.Traits);
        next.Start(now, null);
        one.At(now + one.Random.Milliseconds(8, 40), (_, _) => next.Leave());
    });

    private static long Moment(Session session, double from, double until) =>
        session.Begin + (long)((session.End - session.Begin) * session.Random.Range(from, until));
}
