using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Lines;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Networks.Routes;
using Portcullis.Traffic.Players;
using Portcullis.Traffic.Randomness;
using Portcullis.Traffic.Time;
using Portcullis.Traffic.Titles;

namespace Portcullis.Traffic.Viewers;

/// <summary>Everything done with one token: who watches, with what, from where, and what happens to them.</summary>
internal sealed class Session : Actor
{
    private readonly List<Requester> _requesters = [];
    private Link? _otherLine;

    /// <summary>Draws of the session's own.</summary>
    public Rng Random;

    public Session(World world, int number, SessionKind kind)
    {
        (World, Number, Kind) = (world, number, kind);
        Random = Rng.For(world.Options.Seed, 20, (ulong)number);
        Token = Token.Mint(ref Random);
    }

    public World World { get; }

    public int Number { get; }

    public SessionKind Kind { get; }

    public Token Token { get; private set; }

    public required Title Title { get; set; }

    public required Home Home { get; set; }

    /// <summary>The home's line in the other address family; drawn at first need.</summary>
    public Link OtherLine => _otherLine ??= Home.Line.OtherFamily(ref Random);

    public required Device Device { get; set; }

    public required Route Route { get; set; }

    public required PlayerTraits Traits { get; set; }

    /// <summary>When the first viewer begins and the last one leaves at the latest, epoch milliseconds.</summary>
    public long Begin { get; set; }

    /// <inheritdoc cref="Begin"/>
    public long End { get; set; }

    /// <summary>Where the first viewer begins, media milliseconds; null for the beginning, or the live edge.</summary>
    public long? Position { get; set; }

    /// <summary>The first viewer's player; another after a reload.</summary>
    public Player Main { get; private set; } = null!;

    /// <summary>When the first offence was committed, epoch milliseconds; null before.</summary>
    public long? FirstOffence { get; private set; }

    /// <summary>Time of the first and last accepted video, epoch milliseconds; 0 before any.</summary>
    public long FirstVideo { get; private set; }

    /// <inheritdoc cref="FirstVideo"/>
    public long LastVideo { get; private set; }

    /// <summary>Whether the session's own first player is started; the arrangement starts others instead.</summary>
    public bool HasOwnPlayer { get; set; } = true;

    /// <summary>Whether the first viewer does what the audience of a match does; not where the arrangement has him do it in its own way.</summary>
    public bool FollowsMatch { get; set; } = true;

    /// <summary>Begins: the first player starts.</summary>
    public override void Act(long now)
    {
        if (HasOwnPlayer)
        {
            Main = Open(0, Device, Route, Title, Traits);
            Main.Start(now, Position);
        }
        At(End, static (session, _) => session.Leave());
    }

    /// <summary>Arranges something; what would come before the session begins, as in a very short event, comes right after.</summary>
    public void At(long time, Cue cue) => World.Queue.Appoint(new Arrangement(this, cue), Math.Max(time, Begin + 1));

    /// <summary>The app renews the token now and then; the sid stays.</summary>
    /// <param name="every">Milliseconds.</param>
    public void RenewTokens(long every)
    {
        At(Begin + every, Renew);

        void Renew(Session _, long now)
        {
            Token = Token.Renew(ref Random);
            At(now + every, Renew);
        }
    }

    /// <summary>A further player, not yet started.</summary>
    public Player Open(int person, Device device, Route route, Title title, PlayerTraits traits)
    {
        var player = new Player(this, person, device, route, title, traits);
        _requesters.Add(player);
        return player;
    }

    public void Add(Requester requester) => _requesters.Add(requester);

    /// <summary>The first viewer's player is made anew, as by a reload.</summary>
    public void Reload(long now)
    {
        var head = Main.Head(now);
        Main.Leave();
        Main = Open(Main.Person, Device, Main.Route, Main.Title, Traits);
        Main.Start(now, Title.IsLive ? null : head);
    }

    /// <summary>Another device goes on where the first viewer's was.</summary>
    public void TakeOver(long now, Device device, Route route, PlayerTraits traits, long overlap)
    {
        var before = Main;
        Main = Open(before.Person, device, route, before.Title, traits);
        Main.Start(now, Title.IsLive ? null : before.Head(now));
        At(now + overlap, (_, _) => before.Leave());
    }

    /// <summary>A player has fetched video.</summary>
    public void Watched(Requester requester, long finish)
    {
        FirstVideo = FirstVideo == 0 ? finish : Math.Min(FirstVideo, finish);
        LastVideo = Math.Max(LastVideo, finish);
        if (FirstOffence is { } known && known <= finish)
            return;
        if (Kind.Role is SessionRole.Restream or SessionRole.Rip)
            FirstOffence = finish;
        else if (Kind.Role == SessionRole.Shared && _requesters.Exists(other => other.Person != requester.Person && other.IsWatching))
            FirstOffence = finish;
    }

    /// <summary>A player has come to the end of its title.</summary>
    public void Finished(Player player, long now)
    {
        player.Leave();
        if (player == Main && player.Title.Next is { } next && World.End - now > 60_000)
        {
            Main = Open(player.Person, Device, player.Route, next, Traits);
            Main.Start(now + 2_000, null);
        }
    }

    private void Leave()
    {
        foreach (var requester in _requesters)
            requester.Leave();
    }

    private sealed class Arrangement(Session session, Cue cue) : Actor
    {
        public override void Act(long now)
        {
            if (now <= session.End)
                cue(session, now);
        }
    }
}
