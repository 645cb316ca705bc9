using Portcullis.Engine;
using Portcullis.Revocations;
using Portcullis.Sessions;
using Portcullis.Tokens;

namespace Portcullis.Api.Contract;

internal record SessionResponse(
    string Sid, string? Asset, int Score, VerdictAction Action, long Lines, int Viewers, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, bool Revoked, string Reference, HoldResponse? Held)
{
    /// <summary>A session, and what was decided about it.</summary>
    /// <param name="report">What is known of it.</param>
    /// <param name="state">The ledger's current state.</param>
    /// <param name="now">Epoch seconds.</param>
    public static SessionResponse Of(SessionReport report, RevocationSnapshot state, long now) => new(
        report.Sid, report.AssetId, report.Verdict.Score, report.Verdict.Action, report.Lines, report.Viewers.Count,
        Moment.Of(report.FirstSeen), Moment.Of(report.LastSeen), state.FindBlock(report.Sid, now) is not null, SessionId.SupportReference(report.Sid),
        state.FindHeld(Subject.Session(report.Sid), now) is { } hold ? HoldResponse.Of(hold) : null);
}

/// <summary>An automatic revocation that waits for a person: since when and why, and until when it can be released.</summary>
internal sealed record HoldResponse(string Id, DateTimeOffset At, HoldCause? HeldFor, DateTimeOffset Until)
{
    public static HoldResponse Of(Decision hold) => new(hold.Id, hold.At, hold.HeldFor, DateTimeOffset.FromUnixTimeSeconds(hold.Until));
}

internal sealed record SessionDetailResponse(
    string Sid, string? Asset, int Score, VerdictAction Action, long Lines, long LateLines, int Viewers, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, bool Revoked,
    string Reference, IReadOnlyList<FindingResponse> Evidence, IReadOnlyList<SeenViewerResponse> Seen, DecisionResponse? Revocation, DecisionResponse? Held)
{
    /// <inheritdoc cref="SessionResponse.Of"/>
    public static SessionDetailResponse Of(SessionReport report, RevocationSnapshot state, long now) =>
        Of(report, state.FindBlock(report.Sid, now), state.FindHeld(Subject.Session(report.Sid), now));

    private static SessionDetailResponse Of(SessionReport report, Revocation? revocation, Decision? hold) => new(
        report.Sid, report.AssetId, report.Verdict.Score, report.Verdict.Action, report.Lines, report.LateLines, report.Viewers.Count,
        Moment.Of(report.FirstSeen), Moment.Of(report.LastSeen), revocation is not null, SessionId.SupportReference(report.Sid),
        [.. report.Verdict.Evidence.Select(FindingResponse.Of)],
        [.. report.Viewers.Select(SeenViewerResponse.Of)],
        revocation is null ? null : DecisionResponse.Of(revocation.Decision), hold is null ? null : DecisionResponse.Of(hold));
}

internal sealed record FindingResponse(string Detector, int Weight, string Sentence, int Count, DateTimeOffset At)
{
    public static FindingResponse Of(Finding finding) => new(finding.Detector, finding.Weight, finding.Sentence, finding.Count, Moment.Of(finding.At));
}

internal sealed record SeenViewerResponse(string Address, string UserAgent, string? Country, uint? Asn, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, int Fetches)
{
    public static SeenViewerResponse Of(ViewerReport viewer) => new(
        viewer.Text.Address, viewer.Text.UserAgent, viewer.Text.Country.Length == 0 ? null : viewer.Text.Country, viewer.Text.Asn == 0 ? null : viewer.Text.Asn,
        Moment.Of(viewer.FirstSeen), Moment.Of(viewer.LastSeen), viewer.Lines);
}

internal sealed record SessionsResponse(IReadOnlyList<SessionResponse> Sessions);

internal static class Moment
{
    /// <summary>Epoch milliseconds as a moment; what was never seen is the epoch.</summary>
    public static DateTimeOffset Of(long milliseconds) =>
        milliseconds is <= 0 or >= 253_402_300_800_000 ? DateTimeOffset.UnixEpoch : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
