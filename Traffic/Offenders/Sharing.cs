using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Networks.Routes;
using Portcullis.Traffic.Players;
using Portcullis.Traffic.Viewers;

namespace Portcullis.Traffic.Offenders;

/// <summary>Several people who watch with one token.</summary>
internal static class Sharing
{
    /// <summary>Each at home with a device of his own, mostly in one country; they join one after the other, and some leave and come back.</summary>
    /// <param name="session">The session.</param>
    /// <param name="people">How many, 2 or more.</param>
    /// <param name="apart">Whether each watches another part of the title.</param>
    public static void Friends(Session session, int people, bool apart = false)
    {
        for (var person = 1; person < people; person++)
        {
            var country = session.Random.Chance(0.8) ? session.Home.Country : Countries.Draw(ref session.Random);
            var device = DeviceCatalogue.Draw(ref session.Random);
            Join(session, person, device, new SingleRoute(Home.Draw(country, ref session.Random).Line), PlayerTraits.Of(device, ref session.Random), people, apart: apart);
        }
    }

    /// <summary>Two homes of one provider with the same device.</summary>
    public static void Neighbours(Session session) =>
        Join(session, 1, session.Device, new SingleRoute(Home.Draw(session.Home.Line.Provider, ref session.Random).Line), PlayerTraits.Of(session.Device, ref session.Random), 2);

    /// <summary>Players behind one address, all with the user agent and the CMCD id of one.</summary>
    public static void Proxy(Session session)
    {
        var use = session.Random.Chance(0.5) ? NetworkUse.Hosting : NetworkUse.Residential;
        var route = new SingleRoute(Link.Draw(Providers.Draw(session.Home.Country, use, ref session.Random), false, ref session.Random));
        session.Route = route;
        session.Traits = session.Traits with { Cap = 2 };
        var people = session.Random.Between(3, 12);
        for (var person = 1; person < people; person++)
            Join(session, person, session.Device, route, session.Traits with { LiveOffset = session.Random.Between(0, 8_000) }, people, clone: true);
    }

    public static void Rotating(Session session)
    {
        session.Route = Route(session);
        var people = session.Random.Between(2, 6);
        for (var person = 1; person < people; person++)
            Join(session, person, session.Device, Route(session), PlayerTraits.Of(session.Device, ref session.Random) with { SendsCmcd = false }, people);

        static RotatingRoute Route(Session session) => new(session.Home.Country, session.Random.Chance(0.6) ? NetworkUse.Residential : NetworkUse.Vpn, session.Random.Between(3, 10));
    }

    /// <summary>Devices of one home; sometimes equal ones.</summary>
    public static void Household(Session session)
    {
        var line = Link.Draw(session.Home.Line.Provider, false, ref session.Random);
        session.Route = new SingleRoute(line);
        var people = session.Random.Between(2, 4);
        for (var person = 1; person < people; person++)
        {
            var device = session.Random.Chance(0.2) ? session.Device : DeviceCatalogue.Draw(ref session.Random);
            Join(session, person, device, new SingleRoute(line), PlayerTraits.Of(device, ref session.Random), people);
        }
    }

    private static void Join(Session session, int person, Device device, Route route, PlayerTraits traits, int people, bool clone = false, bool apart = false)
    {
        Player? before = null;
        var length = session.End - session.Begin;
        var at = session.Begin + Math.Min(session.Random.Milliseconds(5, people > 3 ? 240 : 300), length / 3);
        session.At(at, (one, now) => Watch(one, now));
        if (session.Random.Chance(0.2))
            session.At(session.Begin + (long)(length * session.Random.Range(0.6, 0.8)), (one, now) => Watch(one, now));

        void Watch(Session one, long now)
        {
            before?.Leave();
            var player = one.Open(person, device, route, one.Title, traits);
            before = player;
            if (clone && one.Main.CmcdId.High != 0)
                player.CmcdId = one.Main.CmcdId;
            player.Start(now, one.Title.IsLive ? null : Position(one, now));
            Audience.Follow(one, () => player, now);
            if (one.Random.Chance(0.3))
                one.At(now + one.Random.Milliseconds(120, 900), (_, _) => player.Leave());
        }

        long Position(Session one, long now)
        {
            var whole = one.Title.Count * one.Title.SegmentLength;
            if (apart)
                return (one.Main.Head(now) + (long)(whole * ((0.2 * person) + one.Random.Range(-0.05, 0.05)))) % (whole * 9 / 10);
            return one.Random.Chance(0.4) ? one.Main.Head(now) : (long)(whole * one.Random.Range(0, 0.6));
        }
    }
}
