using Portcullis.Sessions;

namespace Portcullis.Engine;

/// <summary>The engine that follows sessions: slices in, verdicts to the ledger.</summary>
public interface ISessionEngine
{
    /// <summary>
    /// Observes a batch. When the task completes, every session has seen its slice and every revocation that the batch caused is durable.
    /// </summary>
    /// <param name="batch">One slice per session; the engine owns it until the task completes.</param>
    /// <param name="cancellation">Ends the wait; the batch must then be observed again.</param>
    ValueTask ObserveAsync(SessionBatch batch, CancellationToken cancellation);

    /// <summary>What is known of a session, or null.</summary>
    ValueTask<SessionReport?> FindAsync(string sid, CancellationToken cancellation);

    /// <summary>The sessions with the highest score, then the newest.</summary>
    /// <param name="query">Part of a sid, or null for all.</param>
    /// <param name="limit">At most this many, 1 to 1,000.</param>
    /// <param name="cancellation">Ends the read.</param>
    ValueTask<IReadOnlyList<SessionReport>> TopAsync(string? query, int limit, CancellationToken cancellation);

    /// <summary>Forgets a session's evidence up to a time: a block was lifted.</summary>
    /// <param name="sid">The session.</param>
    /// <param name="until">Epoch milliseconds.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask ResetAsync(string sid, long until, CancellationToken cancellation);

    /// <summary>Counts of the sessions in memory.</summary>
    SessionCounts Counts { get; }

    /// <summary>Verdicts as they rise, for those who watch; slow readers miss some.</summary>
    IAsyncEnumerable<SessionReport> WatchAsync(CancellationToken cancellation);
}

/// <summary>Counts of the sessions in memory.</summary>
/// <param name="Live">Seen within the last 60 s.</param>
/// <param name="InMemory">All.</param>
/// <param name="Flagged">Flagged, not revoked.</param>
/// <param name="Revoked">Revoked by verdict.</param>
public readonly record struct SessionCounts(int Live, int InMemory, int Flagged, int Revoked);

/// <summary>A copy of what is known of a session.</summary>
/// <remarks>Times are epoch milliseconds.</remarks>
public sealed record SessionReport(string Sid, string? AssetId, long FirstSeen, long LastSeen, long Lines, long LateLines, SessionVerdict Verdict, IReadOnlyList<ViewerReport> Viewers)
{
    /// <value>The version of the detection policy that it is judged by (<see cref="DetectionPolicy.ComputeVersion"/>); null where nobody asked.</value>
    public string? PolicyVersion { get; init; }

    /// <summary>The viewer that most lines are of; of equals, the one seen first.</summary>
    public ViewerText? MainViewer => Viewers.MaxBy(viewer => viewer.Lines)?.Text;

    /// <summary>Copies a state.</summary>
    public static SessionReport Of(SessionState state, AgentTexts agents) => new(
        state.Sid, state.AssetId, state.FirstSeen, state.LastSeen, state.Lines, state.LateLines, state.Verdict,
        [.. state.ViewersIn(agents).OrderBy(viewer => viewer.FirstSeen).Select(viewer => new ViewerReport(viewer.Text, viewer.FirstSeen, viewer.LastSeen, viewer.Lines))]);
}

/// <summary>A viewer within a <see cref="SessionReport"/>.</summary>
/// <remarks>Times are epoch milliseconds.</remarks>
public sealed record ViewerReport(ViewerText Text, long FirstSeen, long LastSeen, int Lines);
