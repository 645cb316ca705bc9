namespace Portcullis.Accounts;

/// <summary>
/// What must be true of an account, worked out from the plain history of its sessions. Where a crash leaves room for doubt (was an
/// unanswered mint kept? had a session gone quiet just then?) it knows two bounds: what certainly holds and what possibly does.
/// </summary>
internal sealed class AccountModel
{
    private const long Hold = 60_000;

    private readonly List<Session> _sessions = [];

    public IReadOnlyList<Session> Sessions => _sessions;

    public static bool IsCertain(Session session, long now) => !session.IsRevoked && session.CertainUntil > now;

    public static bool IsPossible(Session session, long now) => !session.IsRevoked && session.PossibleUntil > now;

    public int Certain(long now) => _sessions.Count(session => IsCertain(session, now));

    public int Possible(long now) => _sessions.Count(session => IsPossible(session, now));

    /// <summary>Least and most sessions that were minted within the last minute.</summary>
    public (int Least, int Most) Minted(long now) => Bounds(session => session.MintedAt > now - Hold);

    /// <summary>Least and most sessions with a valid token.</summary>
    public (int Least, int Most) Outstanding(long now) => Bounds(session => session.ExpiresAt > now && !session.IsRevoked);

    public void Mint(string sid, long expiresAt, long now) => _sessions.Add(new Session(sid, now) { ExpiresAt = expiresAt, CertainUntil = now + Hold, PossibleUntil = now + Hold });

    /// <summary>A mint that was answered with a failure: its row may be there until the store cleans up.</summary>
    public void Doubt(string sid, long expiresAt, long now) => _sessions.Add(new Session(sid, now) { ExpiresAt = expiresAt, IsDoubtful = true });

    /// <summary>The store has cleaned up what it knows to be in vain; what it found at a start it takes for a session like any other.</summary>
    public void Clean(long now)
    {
        _sessions.RemoveAll(session => session.IsDoubtful && !session.IsFound);
        // What is forgotten does not hold a slot again when the clock goes back.
        foreach (var session in _sessions.Where(session => session.CertainUntil <= now && session.ExpiresAt + 300_000 <= now))
            session.CertainUntil = 0;
    }

    public void See(Session session, long at, long now)
    {
        session.SeenAt = Math.Max(session.SeenAt, Math.Min(at, now));
        session.CertainUntil = Math.Max(session.CertainUntil, Math.Min(at, now) + Hold);
        session.PossibleUntil = Math.Max(session.PossibleUntil, session.CertainUntil);
    }

    /// <summary>The service was killed at one moment and started at another; everything that held a slot then holds it for a minute more.</summary>
    /// <param name="killedAt">When it was killed.</param>
    /// <param name="doubtFrom">Sessions that held a slot at any time since then may be taken for such that did when it was killed.</param>
    /// <param name="startedAt">When it was started.</param>
    public void Restart(long killedAt, long doubtFrom, long startedAt)
    {
        foreach (var session in _sessions)
        {
            session.IsFound |= session.IsDoubtful;
            // A line that lies ahead of a clock that was set back counts as one of now, so no more than a minute is certain. And only a slot
            // that was held then is held by the restart; what an earlier restart gave may be forgotten.
            session.CertainUntil = session.CertainUntil > killedAt
                ? startedAt + Hold
                : Math.Min(session.CertainUntil, Math.Min(startedAt, Math.Max(session.MintedAt, session.SeenAt)) + Hold);
            if (session.PossibleUntil > Math.Min(doubtFrom, killedAt) || session.IsFound)
                session.PossibleUntil = Math.Max(session.PossibleUntil, Math.Max(startedAt, session.IsFound ? session.MintedAt : 0) + Hold);
        }
    }

    private (int Least, int Most) Bounds(Func<Session, bool> counts) => (_sessions.Count(session => !session.IsDoubtful && counts(session)), _sessions.Count(counts));

    internal sealed class Session(string sid, long mintedAt)
    {
        public string Sid => sid;

        public long MintedAt => mintedAt;

        public long ExpiresAt, SeenAt, CertainUntil, PossibleUntil;

        public bool IsRevoked, IsDoubtful, IsFound;
    }
}
