using Portcullis.Traffic.Lines;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Titles;

namespace Portcullis.Traffic.Players;

/// <content>What the viewer, the network and the device do to a player.</content>
internal sealed partial class Player
{
    /// <summary>Whether the viewer has stopped it for the moment.</summary>
    public bool IsPaused => _paused;

    /// <summary>Media milliseconds of the newest content that can be played.</summary>
    public long Newest(long now) => Title.IsLive ? Title.Edge(now) * Title.SegmentLength : (Title.Count - 1) * Title.SegmentLength;

    /// <summary>Goes to a position. What is buffered, or kept behind, is not fetched again.</summary>
    public void Seek(long now, long position)
    {
        if (HasLeft)
            return;
        Settle(now);
        position = Math.Clamp(position, 0, Newest(now));
        _behindOnPurpose |= Title.IsLive && position < Newest(now) - (6 * Title.SegmentLength);
        if (Device.Class == Devices.DeviceClass.Browser && Title.Outline.HasThumbnails)
            ShowThumbnails(now, position);
        if (position >= _bufferStart && position < _bufferEnd && !_inParts)
        {
            _head = position;
            _headAt = now;
            return;
        }
        var link = Route.Pick(now, ref Random);
        if (Random.Chance(0.4) && (Title.IsLive ? _next <= _known : _next < Title.Count))
            SendUnfinished(Math.Max(0, _rendition), now, Random.Between(20, 400), Random.Between(0, 200_000), link, EdgeAnswer.Aborted);
        if (Title.IsLive)
            _known = Math.Max(_known, Title.Edge(now));
        Place(now, position);
        Session.World.Queue.Appoint(this, now + Random.Between(30, 250));
    }

    /// <summary>Back to the live edge.</summary>
    public void GoLive(long now)
    {
        if (HasLeft || !Title.IsLive)
            return;
        _behindOnPurpose = false;
        _known = Title.Edge(now);
        Place(now, null);
        Session.World.Queue.Appoint(this, now + Random.Between(30, 250));
    }

    public void Pause(long now)
    {
        Settle(now);
        _paused = true;
        _playing = false;
        StopWatching();
    }

    /// <summary>Goes on, where it was or at the live edge.</summary>
    public void Resume(long now, bool live)
    {
        if (HasLeft)
            return;
        _paused = false;
        _headAt = now;
        if (live && Title.IsLive)
        {
            GoLive(now);
            return;
        }
        _behindOnPurpose |= Title.IsLive;
        if (Title.IsLive)
        {
            _known = Math.Max(_known, Title.Edge(now));
            _inParts = false;
            if (_part > 0)
                (_part, _bufferEnd) = (0, _next * Title.SegmentLength);
        }
        _playing = Level > 0;
        Session.World.Queue.Appoint(this, now + Random.Between(20, 120));
    }

    /// <summary>The network is gone for a while; then everything missed is fetched at once.</summary>
    public void LoseNetwork(long now, long until)
    {
        Settle(now);
        SendUnfinished(Math.Max(0, _rendition), now, Random.Between(300, 4_000), Random.Between(0, 300_000), Route.Pick(now, ref Random), EdgeAnswer.Aborted);
        _blockedUntil = until;
        Session.World.Queue.Appoint(this, until);
    }

    /// <summary>Scans over pictures of an I-frame playlist, then plays on from there.</summary>
    public void TrickPlay(long now, int pictures, int step)
    {
        Settle(now);
        var at = now;
        var index = (long)(_head / Title.SegmentLength);
        var last = Newest(now) / Title.SegmentLength;
        for (var i = 0; i < pictures && index + step >= 0 && index + step < last; i++)
        {
            index += step;
            at += Random.Between(120, 420);
            var link = Route.Pick(at, ref Random);
            if (!Title.IsAdvertisement(index))
                Send(ObjectKind.IFrame, 0, Title.ContentIndex(index), at, link.RoundTrip, Random.Between(12_000, 60_000), link);
        }
        Session.At(at + 50, (_, later) => Seek(later, index * Title.SegmentLength));
    }

    /// <summary>
    /// The device changes network while it fetches: one or two segments are asked for on both; the old transfer ends, or breaks off.
    /// </summary>
    public void Overlap(long now, Link old, Link fresh, int segments)
    {
        Settle(now);
        if (_inParts || _rendition < 0 || _paused)
            return;
        var at = now;
        for (var i = 0; i < segments && (Title.IsLive ? _next <= _known : _next < Title.Count - 1); i++)
        {
            var bytes = Title.VideoBytes(_rendition, Title.IsAdvertisement(_next) ? _next : Title.ContentIndex(_next));
            var broken = Random.Chance(0.5);
            var takenOld = broken ? Random.Between(400, 6_000) : Transfer(old, bytes, 0.3);
            if (broken)
                SendUnfinished(_rendition, at + takenOld, takenOld, Random.Below(bytes), old, EdgeAnswer.Aborted);
            else
                SendVideo(_rendition, _next, at + takenOld, takenOld, bytes, old);
            var again = at + Random.Between(200, 2_500);
            var taken = Transfer(fresh, bytes, 0.7);
            SendVideo(_rendition, _next, again + taken, taken, bytes, fresh);
            SendCompanions(again, again + taken);
            _next++;
            at = again + taken;
            Buffered(_next * Title.SegmentLength, at);
        }
        Session.World.Queue.Appoint(this, at + Random.Between(10, 200));
    }

    private void ShowThumbnails(long now, long position)
    {
        var link = Route.Pick(now, ref Random);
        for (var i = Random.Between(1, 3); i > 0; i--)
            Send(ObjectKind.Thumbnail, 0, (position / 100_000) + i, now + (i * 15), link.RoundTrip, 38_000, link);
    }
}
