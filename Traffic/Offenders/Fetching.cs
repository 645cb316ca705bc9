using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Networks.Routes;
using Portcullis.Traffic.Players;
using Portcullis.Traffic.Viewers;

namespace Portcullis.Traffic.Offenders;

/// <summary>Programs that take a stream or a title.</summary>
internal static class Fetching
{
    /// <summary>Fetches once, in one rendition, as long as there is something; sends it on elsewhere.</summary>
    public static void Restream(Session session, bool hosted)
    {
        session.Device = hosted && session.Random.Chance(0.6) ? DeviceCatalogue.Ffmpeg : DeviceCatalogue.DrawBrowser(ref session.Random);
        session.Route = new SingleRoute(hosted ? Link.Draw(Providers.Draw(session.Home.Country, NetworkUse.Hosting, ref session.Random), false, ref session.Random) : session.Home.Line);
        session.Traits = PlayerTraits.Of(DeviceCatalogue.Ffmpeg, ref session.Random);
        session.Traits.Subtitles = false;
        session.Traits.LowLatency = false;
        session.Traits.Congestion = 0;
    }

    /// <summary>Takes a whole title.</summary>
    /// <param name="session">The session.</param>
    /// <param name="pace">Times real time.</param>
    /// <param name="connections">How many segments it fetches at the same time.</param>
    public static void Rip(Session session, double pace, int connections)
    {
        session.HasOwnPlayer = false;
        var device = DeviceCatalogue.DrawDownloader(ref session.Random);
        var use = session.Random.Chance(0.5) ? NetworkUse.Hosting : NetworkUse.Residential;
        var link = Link.Draw(Providers.Draw(session.Home.Country, use, ref session.Random), false, ref session.Random);
        session.At(session.Begin + 500, (one, now) =>
        {
            var ripper = new Ripper(one, device, new SingleRoute(link), one.Title, pace, connections);
            one.Add(ripper);
            one.World.Queue.Appoint(ripper, now);
        });
    }
}
