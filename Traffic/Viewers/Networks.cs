using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Networks.Routes;
using Portcullis.Traffic.Players;

namespace Portcullis.Traffic.Viewers;

/// <summary>What networks do to one honest viewer's addresses.</summary>
internal static class Networks
{
    /// <summary>Out of the house, or back: one or two segments are fetched on both networks.</summary>
    public static void HandOver(Session session)
    {
        var (home, mobile) = (session.Home.Line, session.Home.DrawMobile(ref session.Random));
        var route = new SingleRoute(session.Random.Chance(0.5) ? home : mobile);
        session.Route = route;
        var changes = session.Random.Between(1, 3);
        for (var i = 1; i <= changes; i++)
            Change(session, route, session.Begin + ((session.End - session.Begin) * i / (changes + 1)), route.Link == home ? (i % 2 == 1 ? mobile : home) : i % 2 == 1 ? home : mobile);
    }

    /// <summary>At the edge of a network: to and fro every 10 to 40 s, for minutes.</summary>
    public static void Flap(Session session)
    {
        var links = new[] { session.Home.Line, session.Home.DrawMobile(ref session.Random) };
        var route = new SingleRoute(links[0]);
        session.Route = route;
        var at = session.Begin + session.Random.Milliseconds(20, 120);
        var until = at + session.Random.Milliseconds(120, 480);
        for (var i = 1; at < Math.Min(until, session.End); i++, at += session.Random.Milliseconds(10, 40))
            Change(session, route, at, links[i % 2]);
    }

    public static void CarrierNat(Session session)
    {
        session.Home = Home.Draw(Providers.Draw(session.Home.Country, NetworkUse.SharedResidential, ref session.Random), ref session.Random);
        session.Route = new SingleRoute(session.Home.Line);
    }

    /// <summary>A school, a hotel, an office: one address for many, and often equal devices.</summary>
    public static void Site(Session session)
    {
        var site = session.Random.Below(session.World.Sites.Length);
        session.Route = new SingleRoute(session.World.Sites[site]);
        var equal = Randomness.Rng.For((ulong)site, 30, 0);
        if (site % 2 == 0)
            session.Device = DeviceCatalogue.DrawBrowser(ref equal);
    }

    public static void DualStack(Session session)
    {
        var line = session.Home.Line;
        for (var tries = 0; tries < 20 && !line.Provider.HasV6; tries++)
            line = Home.Draw(session.Home.Country, ref session.Random).Line;
        session.Home = session.Home with { Line = line };
        session.Route = new DualStackRoute(line, session.OtherLine, session.Random.Pick([0.5, 0.2, 0.05]));
    }

    public static void Relay(Session session) => session.Route = new RelayRoute(session.Home.Country, session.Random.Between(1, 4), ref session.Random);

    public static void Bond(Session session) => session.Route = new BondedRoute(session.Home.Line, session.Home.DrawMobile(ref session.Random), session.Random.Range(0.2, 0.5));

    public static void Assist(Session session) => session.Route = new BondedRoute(session.Home.Line, session.Home.DrawMobile(ref session.Random), session.Random.Range(0.05, 0.2));

    public static void Gateway(Session session)
    {
        var egresses = new Link[session.Random.Between(2, 8)];
        var provider = Providers.Draw(session.Home.Country, NetworkUse.CorporateGateway, ref session.Random);
        for (var i = 0; i < egresses.Length; i++)
            egresses[i] = Link.Draw(provider, false, ref session.Random);
        session.Route = new GatewayRoute(egresses);
    }

    public static void Vpn(Session session) => session.Route = new SingleRoute(DrawVpn(session));

    /// <summary>Switched on, or to another country, while watching.</summary>
    public static void SwitchVpn(Session session)
    {
        var route = new SingleRoute(session.Home.Line);
        session.Route = route;
        Change(session, route, session.Begin + session.Random.Milliseconds(60, 300), DrawVpn(session));
    }

    private static Link DrawVpn(Session session)
    {
        var country = session.Random.Chance(0.5) ? session.Home.Country : Countries.Draw(ref session.Random);
        return Link.Draw(Providers.Draw(country, session.Random.Chance(0.8) ? NetworkUse.Vpn : NetworkUse.Hosting, ref session.Random), false, ref session.Random);
    }

    private static void Change(Session session, SingleRoute route, long at, Link link) => session.At(at, (one, now) =>
    {
        // A television that has taken over stays at home.
        if (one.Main.Route != route)
            return;
        var old = route.Link;
        route.Link = link;
        if (one.Random.Chance(0.7))
            one.Main.Overlap(now, old, link, one.Random.Between(1, 2));
    });
}
