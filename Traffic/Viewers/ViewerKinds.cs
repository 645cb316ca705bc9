using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Networks.Routes;
using Portcullis.Traffic.Players;

namespace Portcullis.Traffic.Viewers;

/// <summary>Honest viewers of every awkward kind; half of them are plain.</summary>
internal static class ViewerKinds
{
    public static readonly IReadOnlyList<SessionKind> All =
    [
        Kind("plain", 50, Needs.None),
        Kind("mobile-handover", 4, Needs.Phone | Needs.Stay, Networks.HandOver),
        Kind("flapping", 1, Needs.Phone | Needs.Stay, Networks.Flap),
        Kind("cgnat", 3, Needs.None, Networks.CarrierNat),
        Kind("site", 3, Needs.None, Networks.Site),
        Kind("dual-stack", 4, Needs.None, Networks.DualStack),
        Kind("relay", 3, Needs.Apple, Networks.Relay),
        Kind("bonded", 1.5, Needs.None, Networks.Bond),
        Kind("wifi-assist", 1, Needs.Phone, Networks.Assist),
        Kind("corporate-gateway", 2, Needs.Browser, Networks.Gateway),
        Kind("vpn", 2, Needs.Browser, Networks.Vpn),
        Kind("vpn-switched", 0.5, Needs.Browser | Needs.Stay, Networks.SwitchVpn),
        Kind("cast", 3, Needs.Phone | Needs.Stay, Changes.Cast),
        Kind("cast-back", 1.5, Needs.Phone | Needs.Stay, Changes.Cast, Changes.CastBack),
        Kind("reload", 3, Needs.Browser | Needs.Stay, Changes.Reload),
        Kind("second-tab", 1.5, Needs.Browser | Needs.Stay, Changes.SecondTab),
        Kind("multiview", 1, Needs.Angles | Needs.Stay, Changes.Multiview),
        Kind("ad-recreation", 1, Needs.Advertisements | Needs.Stay, session => session.Traits.PlayerPerBreak = true),
        Kind("preload-next", 1, Needs.Series | Needs.Stay, Changes.Preload),
        Kind("retries", 2, Needs.None, session => session.Traits.ErrorChance = 0.08),
        Kind("abr", 3, Needs.None, session => session.Traits.Abr = AbrMode.Oscillating),
        Kind("seek", 4, Needs.Stay, Playing.Seek),
        Kind("seek-storm", 3, Needs.Dvr | Needs.Stay, Playing.WatchGoalsAgain),
        Kind("trick-play", 1, Needs.OnDemand | Needs.IFrames | Needs.Stay, Playing.Scan),
        Kind("dvr-startover", 1.5, Needs.Dvr | Needs.Stay, session => session.Position = 0),
        Kind("catch-up", 2, Needs.Stay, Playing.LoseNetwork),
        Kind("fast-playback", 1.5, Needs.OnDemand, session => session.Traits.Rate = session.Random.Pick([1.25, 1.5, 1.75, 2.0])),
        Kind("pause-resume", 3, Needs.Stay, Playing.Pause),
        Kind("long", 3, Needs.Whole, Playing.Steady),
        Kind("kodi", 1, Needs.Whole, session => Tool(session, DeviceCatalogue.Kodi)),
        Kind("vlc", 1, Needs.Stay, session => Tool(session, DeviceCatalogue.Vlc)),
        Kind("probe", 1, Needs.Live | Needs.Whole, Playing.Probe),
        Kind("affiliate", 1, Needs.Browser, session => session.Device = session.Device.On(DeviceCatalogue.DrawPartner(ref session.Random))),
        Kind("background-tab", 1, Needs.Browser, session => session.Traits.Throttle = 60_000),
        // Two things at once.
        Kind("relay+seek-storm", 0.3, Needs.Apple | Needs.Dvr | Needs.Stay, Networks.Relay, Playing.WatchGoalsAgain),
        Kind("relay+seek", 0.3, Needs.Apple | Needs.Stay, Networks.Relay, Playing.Seek),
        Kind("relay+abr", 0.2, Needs.Apple, Networks.Relay, session => session.Traits.Abr = AbrMode.Oscillating),
        Kind("relay+second-tab", 0.1, Needs.Browser | Needs.Stay, Networks.Relay, Changes.SecondTab),
        Kind("dual-stack+cast", 0.3, Needs.Phone | Needs.Stay, Networks.DualStack, Changes.Cast),
        Kind("dual-stack+second-tab", 0.2, Needs.Browser | Needs.Stay, Networks.DualStack, Changes.SecondTab),
        Kind("dual-stack+reload", 0.2, Needs.Browser | Needs.Stay, Networks.DualStack, Changes.Reload),
        Kind("dual-stack+seek-storm", 0.2, Needs.Dvr | Needs.Stay, Networks.DualStack, Playing.WatchGoalsAgain),
        Kind("bonded+abr", 0.2, Needs.None, Networks.Bond, session => session.Traits.Abr = AbrMode.Oscillating),
        Kind("bonded+seek", 0.2, Needs.Stay, Networks.Bond, Playing.Seek),
        Kind("bonded+retries", 0.2, Needs.None, Networks.Bond, session => session.Traits.ErrorChance = 0.08),
        Kind("corporate-gateway+seek", 0.2, Needs.Browser | Needs.Stay, Networks.Gateway, Playing.Seek),
        Kind("corporate-gateway+second-tab", 0.1, Needs.Browser | Needs.Stay, Networks.Gateway, Changes.SecondTab),
        Kind("mobile-handover+reload", 0.3, Needs.Phone | Needs.Stay, Networks.HandOver, Changes.Reload),
        Kind("mobile-handover+cast", 0.2, Needs.Phone | Needs.Stay, Networks.HandOver, Changes.Cast),
        Kind("flapping+seek", 0.2, Needs.Phone | Needs.Stay, Networks.Flap, Playing.Seek),
        Kind("vpn+long", 0.2, Needs.Browser | Needs.Whole, Networks.Vpn, session => session.Traits.Congestion = 0.01),
    ];

    private static SessionKind Kind(string name, double weight, Needs needs, params Action<Session>[] arrangements) =>
        new(name, SessionRole.Viewer, weight, needs, session =>
        {
            foreach (var arrange in arrangements)
                arrange(session);
        });

    private static void Tool(Session session, Device device)
    {
        session.Device = device;
        session.Traits = PlayerTraits.Of(device, ref session.Random);
    }
}
