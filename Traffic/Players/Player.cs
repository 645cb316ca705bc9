using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Networks.Routes;
using Portcullis.Traffic.Titles;
using Portcullis.Traffic.Viewers;

namespace Portcullis.Traffic.Players;

/// <summary>One instance of a player: fills its buffer, plays it, follows a live edge, adapts, fails and tries again.</summary>
/// <remarks>Media times are milliseconds from the title's segment 0.</remarks>
internal sealed partial class Player : Requester
{
    private readonly PlayerTraits _traits;

    /// <summary>The segment to be fetched next, and in low latency its part.</summary>
    private long _next;
    private int _part;

    private long _bufferStart, _bufferEnd;

    /// <summary>Playhead at <see cref="_headAt"/>; from there it runs while playing.</summary>
    private double _head;
    private long _headAt;
    private bool _playing, _paused, _filling = true, _inParts, _behindOnPurpose, _inBreak;
    private long _known, _nextPoll, _blockedUntil;
    private long _startLevel;

    public Player(Session session, int person, Device device, Route route, Title title, PlayerTraits traits)
        : base(session, person, device, route, title)
    {
        _traits = traits;
        CmcdInQuery = traits.CmcdInQuery;
        Rate = (byte)(traits.Rate * 100);
        if (traits.SendsCmcd)
            CmcdId = (Random.Next() | 1, Random.Next());
        _cap = Math.Min(traits.Cap, title.Renditions.Length - 1);
        _estimate = Random.Range(1500, 6000);
        _rendition = -1;
    }

    public PlayerTraits Traits => _traits;

    /// <summary>The playhead: media milliseconds.</summary>
    public long Head(long now)
    {
        Settle(now);
        return (long)_head;
    }

    /// <summary>Loads the title and begins.</summary>
    /// <param name="now">Epoch milliseconds.</param>
    /// <param name="position">Media milliseconds to begin at; null for the beginning, or the live edge.</param>
    public void Start(long now, long? position)
    {
        var rendition = _traits.Abr == AbrMode.Adaptive ? Math.Min(1, _cap) : _cap;
        var link = Route.Pick(now, ref Random);
        var ready = now + link.RoundTrip + Random.Between(5, 60);
        if (_traits.Preflights)
            Preflight(ObjectKind.Master, 0, now, link);
        if (_traits.AsksHead)
            Send(ObjectKind.Master, 0, 0, now + link.RoundTrip, link.RoundTrip, 0, link, method: Lines.Method.Head);
        Send(ObjectKind.Master, 0, 0, ready, link.RoundTrip, 1_900, link);
        ready = Load(ready, rendition);
        if (Title.IsLive)
            _known = Title.Edge(now);
        Place(ready, position);
        if (Title.IsLive && position is not null)
            _behindOnPurpose = true;
        _nextPoll = ready + Title.SegmentLength;
        _startLevel = Math.Min(Random.Between(1, 2) * Title.SegmentLength, Math.Max(Title.SegmentLength, _traits.Buffer - Title.SegmentLength));
        Session.World.Queue.Appoint(this, ready + Random.Between(10, 250));
    }

    public override void Act(long now)
    {
        Settle(now);
        if (now < _blockedUntil)
        {
            Session.World.Queue.Appoint(this, _blockedUntil);
            return;
        }
        if (_inParts)
        {
            FollowParts(now);
            return;
        }
        if (Title.IsLive && now >= _nextPoll)
            Poll(now);
        if (Wants(now))
        {
            Session.World.Queue.Appoint(this, Fetch(now));
            return;
        }
        if (!Title.IsLive && _next >= Title.Count && _playing && _head >= _bufferEnd - 50)
        {
            Session.Finished(this, now);
            return;
        }
        if (NextMoment(now) is { } next)
            Session.World.Queue.Appoint(this, next);
    }

    /// <summary>Media milliseconds that are buffered ahead.</summary>
    private double Level => _bufferEnd - _head;

    private bool Wants(long now)
    {
        if (Title.IsLive ? _next > _known : _next >= Title.Count)
            return false;
        if (_filling && Level + (Title.SegmentLength / 2) > _traits.Buffer)
            _filling = false;
        else if (!_filling && Level <= Refill)
            _filling = true;
        return _filling && (_traits.Throttle == 0 || Level < 3_000 || now % _traits.Throttle < 8_000);
    }

    /// <summary>The level at which fetching goes on.</summary>
    private double Refill => _traits.LowWater >= 1 ? Math.Max(0, _traits.Buffer - (Title.SegmentLength / 2)) : _traits.Buffer * _traits.LowWater;

    /// <summary>When there may be something to do; null while paused with a full buffer.</summary>
    private long? NextMoment(long now)
    {
        if (Title.IsLive && !_paused)
            return Math.Max(now + 20, _next > _known ? _nextPoll : Math.Min(_nextPoll, now + RunDown(Refill)));
        if (!_playing)
            return _paused ? null : now + 500;
        if (_next >= Title.Count)
            return now + Math.Max(20, RunDown(0));
        var at = now + Math.Max(20, RunDown(_filling ? Math.Min(Refill, Level - 20) : Refill));
        return _traits.Throttle > 0 ? Math.Max(at, ((now / _traits.Throttle) + 1) * _traits.Throttle) : at;
    }

    /// <summary>Milliseconds until the buffer is down at a level.</summary>
    private long RunDown(double level) => _playing ? (long)Math.Max(0, Math.Min(600_000, (Level - level) / Speed)) + 1 : 1000;

    /// <summary>Playback rate now; players on live streams run a little faster when they have fallen behind.</summary>
    private double Speed => Title.IsLive && !_behindOnPurpose && _traits.LowLatency && Level > 3.4 * Title.SegmentLength ? 1.05 : _traits.Rate;

    /// <summary>Brings the playhead up to the present; stalls where the buffer has run out.</summary>
    private void Settle(long now)
    {
        if (!_playing || now <= _headAt)
            return;
        _head += (now - _headAt) * Speed;
        _headAt = now;
        if (_head < _bufferEnd)
            return;
        _head = _bufferEnd;
        if (!Title.IsLive && _next >= Title.Count)
            return;
        _playing = false;
        _startLevel = Title.SegmentLength;
    }

    /// <summary>Puts playhead and buffer at a position.</summary>
    private void Place(long now, long? position)
    {
        if (Title.IsLive)
        {
            var hold = Math.Max(3, (12_000 + Title.SegmentLength - 1) / Title.SegmentLength);
            var lowLatency = _traits.LowLatency && Title.Outline.PartLength > 0;
            var edge = _known - (lowLatency ? 1 : hold - 1 + (_traits.LiveOffset / Title.SegmentLength));
            _next = Math.Clamp(position is { } back ? back / Title.SegmentLength : edge, 0, Math.Max(0, _known));
        }
        else
        {
            _next = Math.Clamp((position ?? 0) / Title.SegmentLength, 0, Title.Count - 1);
        }
        (_part, _inParts) = (0, false);
        _bufferStart = _bufferEnd = _next * Title.SegmentLength;
        _head = position is { } exact ? Math.Clamp(exact, _bufferStart, _bufferStart + Title.SegmentLength - 1) : _bufferStart;
        _headAt = now;
        _playing = false;
        _filling = true;
    }

    /// <summary>Takes in what has been fetched, and starts or goes on playing once there is enough.</summary>
    private void Buffered(long end, long at)
    {
        _bufferEnd = end;
        _bufferStart = Math.Max(_bufferStart, (long)_head - (_traits.KeepBack == int.MaxValue ? 3_600_000 : _traits.KeepBack));
        if (_playing || _paused || Level < _startLevel)
            return;
        _playing = true;
        _headAt = Math.Max(_headAt, at);
    }

    /// <summary>A playlist of a rendition, and what else it takes to decode it. Returns when all is there.</summary>
    private long Load(long now, int rendition)
    {
        if (rendition == _rendition)
            return now;
        var link = Route.Pick(now, ref Random);
        var first = _rendition < 0;
        _rendition = rendition;
        var at = now + link.RoundTrip + Random.Between(2, 30);
        Send(ObjectKind.Playlist, rendition, 0, at, link.RoundTrip, PlaylistBytes, link);
        if (first && Title.HasAudio)
            Send(ObjectKind.AudioPlaylist, 0, 0, at + Random.Between(0, 20), link.RoundTrip, PlaylistBytes, link);
        if (first && Title.Outline.IsEncrypted)
            Send(ObjectKind.Key, 0, _next / 60, at + Random.Between(2, 30), link.RoundTrip, 16, link);
        if (Title.HasInit)
            SendInit(ObjectKind.Init, rendition, at + link.RoundTrip, link);
        if (first && Title.HasAudio)
            SendInit(ObjectKind.AudioInit, 0, at + link.RoundTrip + 4, link);
        return at + link.RoundTrip;
    }

    private int PlaylistBytes => Title.IsLive ? 1_300 : (int)Math.Min(90_000, 300 + (Title.Count * 40));

    private void SendInit(ObjectKind kind, int rendition, long finish, Link link)
    {
        var ranged = Title.Outline.Packaging.ByteRanges;
        Send(kind, rendition, 0, finish, link.RoundTrip, ranged ? 1_184 : 760, link, rangeStart: ranged ? 0 : -1);
    }

    /// <summary>Asks for the playlist again. Returns nothing new now and then: then sooner again.</summary>
    private void Poll(long now)
    {
        var link = Route.Pick(now, ref Random);
        var edge = Title.Edge(now - Random.Between(0, 120));
        var news = edge > _known;
        var unchanged = !news && Device.Class == DeviceClass.Browser && Random.Chance(0.5);
        var at = now + link.RoundTrip;
        Send(ObjectKind.Playlist, Math.Max(0, _rendition), edge, at, link.RoundTrip, unchanged ? 0 : PlaylistBytes, link,
            unchanged ? Lines.EdgeAnswer.NotModified : Lines.EdgeAnswer.Hit);
        if (Title.HasAudio)
            Send(ObjectKind.AudioPlaylist, 0, edge, at + Random.Between(0, 40), link.RoundTrip, PlaylistBytes, link);
        _known = Math.Max(_known, edge);
        _nextPoll = now + (news ? Title.SegmentLength : Title.SegmentLength / 2);
    }

    private void Preflight(ObjectKind kind, long number, long now, Link link) =>
        Send(kind, Math.Max(0, _rendition), number, now, link.RoundTrip, 0, link, method: Lines.Method.Options);
}
