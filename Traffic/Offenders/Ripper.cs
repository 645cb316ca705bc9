using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Networks.Routes;
using Portcullis.Traffic.Players;
using Portcullis.Traffic.Titles;
using Portcullis.Traffic.Viewers;

namespace Portcullis.Traffic.Offenders;

/// <summary>Downloads a title from its first segment to its last, at a pace of its own, over one connection or several.</summary>
internal sealed class Ripper(Session session, Device device, Route route, Title title, double pace, int connections) : Requester(session, 0, device, route, title)
{
    private long _next;

    public override void Act(long now)
    {
        var link = Route.Pick(now, ref Random);
        var rendition = Title.Renditions.Length - 1;
        if (_next == 0)
        {
            Send(ObjectKind.Master, 0, 0, now, link.RoundTrip, 1_900, link);
            Send(ObjectKind.Playlist, rendition, 0, now + 50, link.RoundTrip, 60_000, link);
        }
        var bytes = Title.VideoBytes(rendition, _next);
        var interval = Title.SegmentLength / pace;
        var taken = Math.Min(Transfer(link, bytes, 1), 4_000);
        // Each connection is busy with one segment for as long as the others take theirs.
        if (connections > 1)
            taken = Math.Max(taken, (int)Math.Min(interval * connections * Random.Range(0.5, 1.3), 20_000));
        SendVideo(rendition, _next, now + taken, taken, bytes, link);
        if (Title.HasAudio)
            SendAudio(_next, now + taken, link);
        if (++_next < Title.Count)
            Session.World.Queue.Appoint(this, now + (long)(interval * Random.Range(0.8, 1.2)));
    }
}
