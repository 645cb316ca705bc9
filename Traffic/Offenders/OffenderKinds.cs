using Portcullis.Traffic.Viewers;

namespace Portcullis.Traffic.Offenders;

/// <summary>Everything that is no honest viewer.</summary>
internal static class OffenderKinds
{
    public static readonly IReadOnlyList<SessionKind> All =
    [
        Shared("2", 20, Needs.Stay, session => Sharing.Friends(session, 2)),
        Shared("2-same-provider", 8, Needs.Stay, Sharing.Neighbours),
        Shared("3", 12, Needs.Stay, session => Sharing.Friends(session, 3)),
        Shared("4-9", 10, Needs.Stay, session => Sharing.Friends(session, session.Random.Between(4, 9))),
        Shared("10+", 5, Needs.Stay, session => Sharing.Friends(session, session.Random.Between(10, 24))),
        Shared("offset", 8, Needs.OnDemand | Needs.Stay, session => Sharing.Friends(session, session.Random.Between(2, 4), apart: true)),
        Shared("proxy", 8, Needs.Stay, Sharing.Proxy),
        Shared("rotating", 6, Needs.Stay, Sharing.Rotating),
        Shared("household", 8, Needs.Stay, Sharing.Household),
        new("hosting", SessionRole.Restream, 6, Needs.Live | Needs.NoAdvertisements | Needs.Whole, session => Fetching.Restream(session, true)),
        new("home", SessionRole.Restream, 3, Needs.Live | Needs.NoAdvertisements | Needs.Whole, session => Fetching.Restream(session, false)),
        new("fast", SessionRole.Rip, 6, Needs.OnDemand | Needs.NoAdvertisements | Needs.Stay, session => Fetching.Rip(session, session.Random.Range(4, 30), session.Random.Chance(0.5) ? 1 : session.Random.Between(2, 16))),
        new("slow", SessionRole.Rip, 3, Needs.OnDemand | Needs.NoAdvertisements | Needs.Stay, session => Fetching.Rip(session, session.Random.Range(1, 1.8), 1)),
    ];

    private static SessionKind Shared(string name, double weight, Needs needs, Action<Session> arrange) => new(name, SessionRole.Shared, weight, needs, arrange);
}
