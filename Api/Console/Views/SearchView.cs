using Portcullis.Engine;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Api.Console.Views;

/// <summary>What a search found.</summary>
/// <param name="Query">What was searched for, or null when no sid can contain it.</param>
/// <param name="Exact">The only session that is meant, or null.</param>
/// <param name="Sessions">Followed sessions that match, highest score first.</param>
/// <param name="Held">Held revocations that match, of sessions that are not followed any more.</param>
/// <param name="Revocations">Standing revocations that match, of sessions that are not followed any more.</param>
public sealed record SearchView(string? Query, string? Exact, IReadOnlyList<SessionRow> Sessions, IReadOnlyList<Decision> Held, IReadOnlyList<Revocation> Revocations)
{
    /// <summary>Whether nothing was found.</summary>
    public bool IsEmpty => Sessions.Count + Held.Count + Revocations.Count == 0;
}

/// <summary>Finds sessions by sid, by a part of it, or by the reference that a blocked viewer quotes.</summary>
internal sealed class SessionSearch(ISessionEngine sessions, IRevocationLedger ledger, TimeProvider time)
{
    private const int MostHits = 100;

    public async Task<SearchView> FindAsync(string query, CancellationToken cancellation)
    {
        // Anything else is not repeated on the page either: it may be a playback URL, whose token is a secret.
        if (!SessionId.IsValid(query))
            return new SearchView(null, null, [], [], []);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var current = ledger.Current;
        var followed = await sessions.TopAsync(query, MostHits, cancellation).ConfigureAwait(false);
        var known = followed.Select(report => report.Sid).ToHashSet(StringComparer.Ordinal);
        var held = current.Held(now).Where(hold => IsHit(hold.Subject)).Take(MostHits).ToList();
        var revoked = current.Standing(now).Where(revocation => IsHit(revocation.Subject)).Take(MostHits).ToList();
        return new SearchView(
            query, Meant(query, [.. known.Concat(held.Select(hold => hold.Subject.Value)).Concat(revoked.Select(revocation => revocation.Subject.Value)).Distinct(StringComparer.Ordinal)]),
            [.. followed.Select(report => SessionRow.Of(report, current, now))], held, revoked);

        bool IsHit(Subject subject) => subject.Kind == SubjectKind.Session && subject.Value.Contains(query, StringComparison.OrdinalIgnoreCase) && !known.Contains(subject.Value);
    }

    /// <summary>The session whose sid the query is, else the only one whose reference it is.</summary>
    private static string? Meant(string query, IReadOnlyList<string> sids)
    {
        if (sids.Contains(query, StringComparer.Ordinal))
            return query;
        var referenced = sids.Where(sid => SessionId.SupportReference(sid).Equals(query, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        return referenced.Count == 1 ? referenced[0] : null;
    }
}
