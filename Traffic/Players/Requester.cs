using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Lines;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Networks.Routes;
using Portcullis.Traffic.Randomness;
using Portcullis.Traffic.Time;
using Portcullis.Traffic.Titles;
using Portcullis.Traffic.Viewers;

namespace Portcullis.Traffic.Players;

/// <summary>Whatever makes requests with a session's token: a player, a downloader, a re-streamer, a probe.</summary>
internal abstract class Requester : Actor
{
    private Rng _rng;

    /// <param name="session">Whose token it uses.</param>
    /// <param name="person">Who watches: players of one person never make an offence.</param>
    /// <param name="device">The device.</param>
    /// <param name="route">Its way to the edge.</param>
    /// <param name="title">What is watched.</param>
    protected Requester(Session session, int person, Device device, Route route, Title title)
    {
        (Session, Person, Device, Route, Title) = (session, person, device, route, title);
        _rng = new Rng(session.Random.Next());
    }

    public Session Session { get; }

    public int Person { get; }

    public Device Device { get; }

    public Route Route { get; set; }

    public Title Title { get; protected set; }

    /// <summary>Whether it has fetched video and has not stopped.</summary>
    public bool IsWatching { get; private set; }

    /// <summary>CMCD session id of the instance; both halves 0 for none.</summary>
    public (ulong High, ulong Low) CmcdId { get; set; }

    protected ref Rng Random => ref _rng;

    protected bool CmcdInQuery { get; init; }

    protected byte Rate { get; set; } = 100;

    /// <summary>Whether it has stopped for good.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Stops for good.</summary>
    public virtual void Leave()
    {
        HasLeft = true;
        IsWatching = false;
        Appointment++;
    }

    /// <summary>Milliseconds that a transfer takes.</summary>
    protected static int Transfer(Link link, int bytes, double condition) =>
        link.RoundTrip + (int)Math.Min(120_000, bytes * 8.0 / (link.Speed * condition));

    /// <summary>Logs a request that the edge has answered from cache or origin, or that failed.</summary>
    /// <param name="kind">What was asked for.</param>
    /// <param name="rendition">In which rendition.</param>
    /// <param name="number">Which one; its index in the title, or the title's own number for content.</param>
    /// <param name="finish">When the edge finished, epoch milliseconds.</param>
    /// <param name="taken">Milliseconds.</param>
    /// <param name="bytes">Of the body.</param>
    /// <param name="link">Which way.</param>
    /// <param name="answer">How the edge answered; hit stands for any kind of success.</param>
    /// <param name="part">See <see cref="LineRecord.Part"/>.</param>
    /// <param name="rangeStart">First byte, or -1.</param>
    /// <param name="duration">CMCD object duration, milliseconds.</param>
    /// <param name="method">The method.</param>
    protected void Send(
        ObjectKind kind, int rendition, long number, long finish, int taken, int bytes, Link link, EdgeAnswer answer = EdgeAnswer.Hit, int part = 0,
        long rangeStart = -1, int duration = 0, Method method = Method.Get)
    {
        var record = new LineRecord
        {
            Time = finish,
            RequestSeed = _rng.Next(),
            Token = Session.Token,
            Link = link,
            Device = Route.Agent(Device),
            Title = Title,
            Number = number,
            RangeStart = rangeStart,
            Bytes = bytes,
            Part = part,
            TimeTaken = taken,
            Kind = kind,
            Rendition = (byte)rendition,
            Answer = answer,
            Method = method,
            CmcdHigh = CmcdId.High,
            CmcdLow = CmcdId.Low,
            CmcdDuration = CmcdId.High == 0 ? 0 : duration,
            CmcdInQuery = CmcdInQuery,
            Rate = Rate,
        };
        if (answer == EdgeAnswer.Hit)
        {
            // The request seed decides: drawing again would cost as much as the rest.
            var luck = (int)(record.RequestSeed & 0x3FF);
            record.Answer = luck < 40 ? EdgeAnswer.Miss : luck < 50 ? EdgeAnswer.RefreshHit : EdgeAnswer.Hit;
        }
        Session.World.Log(record);
    }

    /// <summary>Logs a whole video segment of the title and tells the session. Advertisements are no video of the title.</summary>
    protected void SendVideo(int rendition, long index, long finish, int taken, int bytes, Link link)
    {
        if (Title.IsAdvertisement(index))
        {
            var within = (int)(index % (Title.IsLive ? Title.Outline.AdEvery : Title.Outline.AdEvery + Title.Outline.AdLength));
            var perSpot = Math.Max(1, 20_000 / Title.SegmentLength);
            var spot = (int)(Rng.Mix((ulong)(Session.Number + (index - within) + (within / perSpot))) % 40);
            Send(ObjectKind.Advertisement, rendition, within % perSpot, finish, taken, bytes, link, part: spot, duration: Title.SegmentLength);
            return;
        }
        var content = Title.ContentIndex(index);
        var start = Title.Outline.Packaging.ByteRanges ? Title.RangeStart(rendition, content) : -1;
        Send(ObjectKind.Video, rendition, content, finish, taken, bytes, link, rangeStart: start, duration: Title.SegmentLength);
        Watched(finish);
    }

    /// <summary>Logs the audio segment that belongs to a video segment.</summary>
    protected void SendAudio(long index, long finish, Link link)
    {
        var bytes = Title.AudioBytes(index);
        var start = Title.Outline.Packaging.ByteRanges ? Title.RangeStart(-1, index) : -1;
        if (start >= 0)
            bytes = (int)(Title.RangeStart(-1, index + 1) - start);
        Send(ObjectKind.Audio, 0, index, finish, Transfer(link, bytes, 1), bytes, link, rangeStart: start, duration: Title.SegmentLength);
    }

    /// <summary>Tells the session of accepted video.</summary>
    protected void Watched(long finish)
    {
        IsWatching = true;
        Session.Watched(this, finish);
    }

    protected void StopWatching() => IsWatching = false;
}
