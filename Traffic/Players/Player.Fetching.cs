using Portcullis.Traffic.Lines;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Networks.Routes;
using Portcullis.Traffic.Titles;

namespace Portcullis.Traffic.Players;

/// <content>Segments: choosing a rendition, transfer, failure, and what goes along with video.</content>
internal sealed partial class Player
{
    private const int SwitchHold = 8_000;

    private readonly int _cap;
    private int _rendition;
    private double _estimate, _condition = 1;
    private long _congestedUntil, _switchedAt, _weatherAt;
    private int _failures, _sinceKey;

    /// <summary>Fetches the next segment. Returns when it goes on.</summary>
    private long Fetch(long now)
    {
        if (_traits.PlayerPerBreak && Title.IsAdvertisement(_next) != _inBreak)
        {
            // The player of the advertisements, or the one for the programme behind them, is created anew.
            _inBreak = !_inBreak;
            if (_traits.SendsCmcd)
                CmcdId = (Random.Next() | 1, Random.Next());
            if (!_inBreak)
                _rendition = -1;
        }
        var wanted = Choose(now);
        now = Load(now, wanted);
        var link = Route.Pick(now, ref Random);
        var bytes = Title.VideoBytes(wanted, Title.IsAdvertisement(_next) ? _next : Title.ContentIndex(_next));
        var condition = Condition(now);
        var taken = Transfer(link, bytes, condition);
        if (Random.Chance(_traits.ErrorChance))
            return Fail(now, wanted, link);
        if (taken > 2.5 * Title.SegmentLength && wanted > 0 && _traits.Abr == AbrMode.Adaptive)
            return Abandon(now, wanted, bytes, taken, link);
        if (_traits.Preflights)
            Preflight(ObjectKind.Video, Title.ContentIndex(_next), now, link);
        var finish = now + taken;
        _failures = 0;
        SendVideo(wanted, _next, finish, taken, bytes, link);
        SendCompanions(now, finish);
        _estimate = (0.7 * _estimate) + (0.3 * Math.Min(bytes * 8.0 / Math.Max(1, taken), link.Speed));
        if (_next * Title.SegmentLength == _bufferEnd)
            _next++;
        Buffered(_next * Title.SegmentLength, finish);
        if (CanFollowParts)
            _inParts = true;
        return finish;
    }

    private void SendCompanions(long now, long finish)
    {
        if (Title.HasAudio)
        {
            var link = Route.Pick(now, ref Random);
            SendAudio(_next, Math.Max(now + link.RoundTrip, finish + Random.Between(-150, 150)), link);
        }
        if (_traits.Subtitles && Title.Outline.HasSubtitles)
        {
            var link = Route.Pick(now, ref Random);
            Send(ObjectKind.Subtitle, 0, _next, finish + Random.Between(0, 60), link.RoundTrip, 240, link);
        }
        if (Title.Outline.IsEncrypted && ++_sinceKey == 60)
        {
            _sinceKey = 0;
            var link = Route.Pick(now, ref Random);
            Send(ObjectKind.Key, 0, (_next / 60) + 1, finish + Random.Between(0, 60), link.RoundTrip, 16, link);
        }
    }

    private long Fail(long now, int rendition, Link link)
    {
        var answer = Random.Below(10) switch { < 5 => EdgeAnswer.OriginError, < 9 => EdgeAnswer.Aborted, _ => EdgeAnswer.NotFound };
        var taken = answer == EdgeAnswer.Aborted ? Random.Between(800, 9_000) : link.RoundTrip + Random.Between(10, 1_500);
        SendUnfinished(rendition, now + taken, taken, answer == EdgeAnswer.Aborted ? Random.Between(0, 400_000) : 0, link, answer);
        _failures = Math.Min(_failures + 1, 4);
        return now + taken + (500L << (_failures - 1)) + Random.Between(0, 300);
    }

    /// <summary>Gives up a transfer that takes too long, and takes the lowest rendition of the same position.</summary>
    private long Abandon(long now, int rendition, int bytes, int taken, Link link)
    {
        var after = (int)(Title.SegmentLength * Random.Range(0.9, 1.5));
        SendUnfinished(rendition, now + after, after, (int)((long)bytes * after / taken), link, EdgeAnswer.Aborted);
        _estimate = bytes * 8.0 / taken;
        _switchedAt = now + after;
        return Load(now + after, 0);
    }

    private void SendUnfinished(int rendition, long finish, int taken, int bytes, Link link, EdgeAnswer answer)
    {
        if (Title.IsAdvertisement(_next))
            Send(ObjectKind.Advertisement, rendition, 0, finish, taken, bytes, link, answer, duration: Title.SegmentLength);
        else
            Send(ObjectKind.Video, rendition, Title.ContentIndex(_next), finish, taken, bytes, link, answer, duration: Title.SegmentLength);
    }

    private int Choose(long now)
    {
        var current = Math.Max(0, _rendition);
        if (_traits.Abr == AbrMode.Fixed)
            return _cap;
        if (_traits.Abr == AbrMode.Oscillating)
        {
            if (now - _switchedAt < Random.Between(6_000, 16_000))
                return current;
            _switchedAt = now;
            return current == 0 ? Math.Min(1, _cap) : current == _cap || Random.Chance(0.5) ? current - 1 : current + 1;
        }
        var best = _cap;
        while (best > 0 && Title.Renditions[best].Bitrate * 1.35 > _estimate * 1000)
            best--;
        if (_playing && Level < Title.SegmentLength * 0.6)
            best = Math.Min(best, Math.Max(0, current - 1));
        else if (best < current && Level > 15_000 && Title.Renditions[current].Bitrate < _estimate * 1000)
            best = current;
        if (best == current || now - _switchedAt < (best > current ? SwitchHold : 2_000))
            return current;
        _switchedAt = now;
        if (best < current)
            return best;
        if (_traits.Refetches && Level > 3.5 * Title.SegmentLength && Random.Chance(0.35))
        {
            // What is buffered in a poor quality is fetched again in the better one.
            _next = Math.Max((long)(_head / Title.SegmentLength) + 2, _next - Random.Between(1, 2));
            _bufferEnd = _next * Title.SegmentLength;
        }
        return Random.Chance(0.7) ? current + 1 : best;
    }

    /// <summary>The network's weather: a slow walk around 1, with congestions.</summary>
    private double Condition(long now)
    {
        var passed = _weatherAt == 0 ? 0 : now - _weatherAt;
        _weatherAt = now;
        _condition = Math.Clamp(_condition + (0.1 * (1 - _condition)) + (0.06 * Random.Bell()), 0.4, 1.25);
        if (now < _congestedUntil)
            return _condition * 0.12;
        if (Random.Chance(Math.Min(0.5, passed * _traits.Congestion / 60_000)))
            _congestedUntil = now + Random.Milliseconds(4, 25);
        return _condition;
    }

    private bool CanFollowParts => _traits.LowLatency && Title.Outline.PartLength > 0 && !_behindOnPurpose && _next > _known;

    /// <summary>Low latency: a blocking playlist reload and then the part it announces. Appoints itself.</summary>
    private void FollowParts(long now)
    {
        if (_paused)
            return;
        var available = Title.PartAvailableAt(_next, _part);
        if (now - available > 2 * Title.SegmentLength)
        {
            // Too late for parts: whole segments again, up to the edge.
            _known = Title.Edge(now);
            _inParts = false;
            Session.World.Queue.Appoint(this, now + 10);
            return;
        }
        var link = Route.Pick(now, ref Random);
        var reloaded = Math.Max(now, available) + link.RoundTrip;
        Send(ObjectKind.Playlist, _rendition, _next, reloaded, (int)(reloaded - now), 2_400, link, part: _part + 1);
        var parts = Title.SegmentLength / Title.Outline.PartLength;
        var bytes = Title.VideoBytes(_rendition, _next) / parts;
        var taken = Transfer(link, bytes, Condition(now));
        var finish = reloaded + taken;
        Send(ObjectKind.Part, _rendition, _next, finish, taken, bytes, link, part: _part + 1, duration: Title.Outline.PartLength);
        Watched(finish);
        if (++_part == parts)
        {
            (_part, _next) = (0, _next + 1);
            _known = _next - 1;
            if (Choose(now) is var wanted && wanted != _rendition)
                finish = Load(finish, wanted);
        }
        Buffered((_next * Title.SegmentLength) + (_part * Title.Outline.PartLength), finish);
        _estimate = (0.8 * _estimate) + (0.2 * link.Speed * _condition);
        Session.World.Queue.Appoint(this, finish);
    }
}
