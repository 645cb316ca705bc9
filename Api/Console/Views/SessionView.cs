using Portcullis.Engine;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Api.Console.Views;

/// <summary>What a session's page shows.</summary>
/// <param name="Sid">The session.</param>
/// <param name="Report">What is known of it, or null when it is not followed any more.</param>
/// <param name="Block">What blocks it, or null.</param>
/// <param name="Hold">The automatic revocation that waits for a person, or null.</param>
/// <param name="History">Decisions about it, newest first.</param>
public sealed record SessionView(string Sid, SessionReport? Report, Revocation? Block, Decision? Hold, IReadOnlyList<Decision> History)
{
    /// <summary>What a blocked viewer quotes.</summary>
    public string Reference => SessionId.SupportReference(Sid);

    /// <summary>The tag of its account, or null.</summary>
    public string? AccountTag => SessionId.AccountTagOf(Sid) is { IsEmpty: false } tag ? tag.ToString() : null;

    /// <summary>The asset it plays, or played when it was decided about.</summary>
    public string? AssetId => Report?.AssetId ?? History.FirstOrDefault(decision => decision.AssetId is not null)?.AssetId;
}

/// <summary>Reads a session: from the engine while it is followed, from the ledger for as long as that remembers it.</summary>
internal sealed class SessionReader(ISessionEngine sessions, IRevocationLedger ledger, TimeProvider time)
{
    private const int MostDecisions = 20;

    public async Task<SessionView?> ReadAsync(string sid, CancellationToken cancellation)
    {
        var report = await sessions.FindAsync(sid, cancellation).ConfigureAwait(false);
        var history = await ledger.HistoryAsync(Subject.Session(sid), null, MostDecisions, cancellation).ConfigureAwait(false);
        var (state, now) = (ledger.Current, time.GetUtcNow().ToUnixTimeSeconds());
        return report is null && history.Count == 0
            ? null
            : new SessionView(sid, report, state.FindBlock(sid, now), state.FindHeld(Subject.Session(sid), now), history);
    }
}
