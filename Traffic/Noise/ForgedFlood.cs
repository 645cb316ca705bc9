using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Lines;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Randomness;
using Portcullis.Traffic.Time;
using Portcullis.Traffic.Titles;
using Portcullis.Traffic.Viewers;

namespace Portcullis.Traffic.Noise;

/// <summary>
/// Strangers who write victims' session ids into URLs, or guess ids, from many addresses: all refused; or who send pre-flights with victims'
/// ids, which are answered without a look at the token. They prove nothing about the victims.
/// </summary>
internal sealed class ForgedFlood : Actor
{
    private static readonly Refusal[] Reasons = [Refusal.Signature, Refusal.Signature, Refusal.Expired, Refusal.Session, Refusal.Malformed, Refusal.Path];

    private readonly World _world;
    private readonly Session[] _victims;
    private readonly Link[] _sources;
    private readonly long _until;
    private readonly Way _way;
    private Rng _rng;

    private ForgedFlood(World world, IReadOnlyList<Session> sessions, ulong number, long until)
    {
        (_world, _until) = (world, until);
        _rng = Rng.For(world.Options.Seed, 40, number);
        _way = (number % 4) switch { 1 => Way.Guessed, 3 => Way.Preflight, _ => Way.Forged };
        _victims = new Session[Math.Min(5, sessions.Count)];
        for (var i = 0; i < _victims.Length; i++)
            _victims[i] = sessions[_rng.Below(sessions.Count)];
        _sources = new Link[_rng.Between(3, 40)];
        for (var i = 0; i < _sources.Length; i++)
            _sources[i] = Link.Draw(Providers.Draw(Countries.Draw(ref _rng), _rng.Chance(0.5) ? NetworkUse.Hosting : NetworkUse.Residential, ref _rng), false, ref _rng);
    }

    /// <summary>Some floods, at times over the event.</summary>
    public static void Begin(World world, IReadOnlyList<Session> sessions)
    {
        var rng = Rng.For(world.Options.Seed, 41, 0);
        var floods = Math.Max(1, (int)(world.Options.Viewers / 500.0));
        for (var i = 0; i < floods; i++)
        {
            var at = world.Start + (long)(rng.Unit() * (world.End - world.Start) * 0.9);
            world.Queue.Appoint(new ForgedFlood(world, sessions, (ulong)i, at + rng.Milliseconds(30, 300)), at);
        }
    }

    public override void Act(long now)
    {
        var victim = _rng.Pick(_victims);
        var (title, preflight) = (victim.Title, _way == Way.Preflight);
        var number = title.IsLive ? title.ContentIndex(Math.Max(0, title.Edge(now))) : _rng.Below((int)title.Count);
        _world.Log(new LineRecord
        {
            Time = now,
            RequestSeed = _rng.Next(),
            Token = _way == Way.Guessed ? Token.Mint(ref _rng) : victim.Token.Forge(ref _rng),
            Link = _rng.Pick(_sources),
            Device = DeviceCatalogue.Draw(ref _rng),
            Title = title,
            Number = number,
            RangeStart = -1,
            TimeTaken = 1,
            Kind = ObjectKind.Video,
            Answer = preflight ? EdgeAnswer.Hit : EdgeAnswer.Refused,
            Refusal = preflight ? Refusal.None : _rng.Pick(Reasons),
            Method = preflight ? Method.Options : Method.Get,
            Rate = 100,
        });
        if (now < _until)
            _world.Queue.Appoint(this, now + _rng.Milliseconds(0.05, 0.8));
    }

    private enum Way : byte
    {
        Forged,
        Guessed,
        Preflight,
    }
}
