using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Networks.Routes;
using Portcullis.Traffic.Players;
using Portcullis.Traffic.Randomness;
using Portcullis.Traffic.Titles;

namespace Portcullis.Traffic.Viewers;

/// <summary>Draws the sessions of an event: of which kind each is, who it is, and when it comes and goes.</summary>
internal static class Casting
{
    /// <summary>Share of viewers whose service gives out short-lived tokens, which the app renews.</summary>
    private const double RenewedTokens = 0.3;

    public static List<Session> Draw(World world)
    {
        var rng = Rng.For(world.Options.Seed, 12, 0);
        var wanted = SessionKinds.All.Where(kind => world.Options.Kinds.Count == 0 || world.Options.Kinds.Contains(kind.Label)).ToArray();
        var (viewers, offenders) = (wanted.Where(kind => kind.Role == SessionRole.Viewer).ToArray(), wanted.Where(kind => kind.Role != SessionRole.Viewer).ToArray());
        var sessions = new List<Session>(world.Options.Viewers);
        for (var i = 0; i < world.Options.Viewers; i++)
        {
            var pool = viewers.Length == 0 || (offenders.Length > 0 && rng.Chance(world.Options.Offenders)) ? offenders : viewers;
            sessions.Add(Draw(world, i, Pick(pool, ref rng)));
        }
        return sessions;
    }

    private static SessionKind Pick(SessionKind[] kinds, ref Rng rng)
    {
        var at = rng.Unit() * kinds.Sum(kind => kind.Weight);
        foreach (var kind in kinds)
        {
            if ((at -= kind.Weight) < 0)
                return kind;
        }
        return kinds[^1];
    }

    private static Session Draw(World world, int number, SessionKind kind)
    {
        var rng = Rng.For(world.Options.Seed, 13, (ulong)number);
        var needs = kind.Needs;
        var onDemand = needs.HasFlag(Needs.OnDemand) || (!needs.HasFlag(Needs.Live) && rng.Chance(0.3));
        var title = world.Titles.Draw(one => Fits(one, needs, onDemand), ref rng);
        var home = Home.Draw(Countries.Draw(ref rng), ref rng);
        var device = needs.HasFlag(Needs.Browser) ? DeviceCatalogue.DrawBrowser(ref rng) : needs.HasFlag(Needs.Apple) ? DeviceCatalogue.DrawApple(ref rng)
            : needs.HasFlag(Needs.Phone) ? DeviceCatalogue.DrawPhone(ref rng) : DeviceCatalogue.Draw(ref rng);
        var session = new Session(world, number, kind)
        {
            Title = title,
            Home = home,
            Device = device,
            Route = new SingleRoute(home.Line),
            Traits = PlayerTraits.Of(device, ref rng),
        };
        Schedule(session, needs, ref rng);
        if (kind.Role == SessionRole.Viewer && rng.Chance(RenewedTokens))
            session.RenewTokens(rng.Milliseconds(300, 1_800));
        kind.Arrange(session);
        if (session.HasOwnPlayer && session.FollowsMatch && kind.Role is SessionRole.Viewer or SessionRole.Shared && !needs.HasFlag(Needs.Whole))
            Audience.Follow(session, () => session.Main, session.Begin);
        return session;
    }

    private static bool Fits(Title title, Needs needs, bool onDemand) =>
        title.IsLive != onDemand
        && (!needs.HasFlag(Needs.Dvr) || title.Outline.HasDvr)
        && (!needs.HasFlag(Needs.Advertisements) || title.Outline.AdLength > 0)
        && (!needs.HasFlag(Needs.NoAdvertisements) || title.Outline.AdLength == 0)
        && (!needs.HasFlag(Needs.Angles) || title.Angles.Length > 1)
        && (!needs.HasFlag(Needs.Series) || title.Next is not null)
        && (!needs.HasFlag(Needs.IFrames) || !title.HasInit);

    /// <summary>Most of a match's audience comes around the kick-off, some leave at half-time; others come and go at any time.</summary>
    private static void Schedule(Session session, Needs needs, ref Rng rng)
    {
        var world = session.World;
        var length = world.End - world.Start;
        if (session.Title.Outline.IsMatch && rng.Chance(0.75))
            session.Begin = world.Match.KickOff + (long)(rng.Bell() * Math.Min(240_000, length / 15));
        else
            session.Begin = world.Start + (long)(rng.Unit() * length * 0.8);
        session.Begin = Math.Clamp(session.Begin, world.Start + 1_000, world.End - Math.Min(length / 5, 240_000));
        var stay = (long)Math.Max(needs.HasFlag(Needs.Stay) ? Math.Min(600_000, length / 3) : 20_000, rng.Exponential(session.Title.IsLive ? 2_400_000 : 1_500_000));
        session.End = Math.Min(world.End - 1, session.Begin + stay);
        if (session.Title.Outline.IsMatch && rng.Chance(0.15) && session.End > world.Match.HalfTime && session.Begin < world.Match.HalfTime - 60_000 && !needs.HasFlag(Needs.Stay))
            session.End = world.Match.HalfTime + rng.Milliseconds(0, 90);
        if (!session.Title.IsLive && rng.Chance(0.3))
            session.Position = (long)(session.Title.Count * session.Title.SegmentLength * rng.Range(0, 0.6));
        if (needs.HasFlag(Needs.Whole))
            (session.Begin, session.End) = (Math.Min(session.Begin, world.Start + (length / 6)), world.End - 1);
    }
}
