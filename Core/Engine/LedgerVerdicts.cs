using System.Globalization;
using Portcullis.Assets;
using Portcullis.Metrics;
using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Engine;

/// <summary>Turns verdicts that ask for it, on assets that are armed, into decisions of the ledger.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="assets">Which assets are armed, and how long tokens may live.</param>
/// <param name="keys">To know whose tokens verify.</param>
/// <param name="time">The clock.</param>
public sealed class LedgerVerdicts(IRevocationLedger ledger, IAssetStore assets, IKeyStore keys, TimeProvider time) : IVerdictSink
{
    /// <summary>Where the breaker's knowledge of live sessions comes from, by asset and main viewer; without it the least limits hold.</summary>
    public Func<string?, ViewerText?, LiveAudience>? Audiences { get; set; }

    /// <inheritdoc/>
    public bool AnyLifts => ledger.Current.HasVoids;

    /// <inheritdoc/>
    public long? LiftedAt(string sid) => ledger.Current.LastVoid(Subject.Session(sid))?.At.ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async ValueTask<bool> DeliverAsync(SessionReport report, CancellationToken cancellation)
    {
        if (report.Verdict.Action != VerdictAction.Revoke)
            return true;
        if (!IsArmed(report))
            return false;
        var subject = Subject.Session(report.Sid);
        var now = time.GetUtcNow();
        var state = ledger.Current;
        if (state.Disarmed is not null || IsAllowed(report, state.Allowed, now))
            return false;
        var voided = state.LastVoid(subject)?.Sequence ?? 0;
        var main = report.MainViewer;
        var receipt = await ledger.AppendAsync(
            new Decision
            {
                // The same verdict reached again after a crash is the same decision.
                Id = string.Create(CultureInfo.InvariantCulture, $"auto-{report.Sid}-{voided}"),
                Kind = DecisionKind.Revoke,
                Subject = subject,
                Source = DecisionSource.Auto,
                Reason = report.Verdict.Evidence[0].Sentence,
                Actor = "detectors",
                At = now,
                Until = Decision.LeastUntil(now, assets.Current, keys.Current),
                Score = report.Verdict.Score,
                Evidence = report.Verdict.Evidence,
                EvidenceUntil = report.Verdict.EvidenceUntil,
                AssetId = report.AssetId,
                PolicyVersion = report.PolicyVersion,
                UserAgent = main is { UserAgent.Length: > 0 } ? main.UserAgent : null,
                Asn = main is { Asn: > 0 } ? main.Asn : null,
            },
            Audiences?.Invoke(report.AssetId, main) ?? LiveAudience.Unknown,
            cancellation).ConfigureAwait(false);
        if (receipt.Effect == DecisionEffect.Applies && report.Verdict.EvidenceUntil is { } evidence)
            Instruments.Decision.Record((time.GetUtcNow().ToUnixTimeMilliseconds() - evidence) / 1_000d, Instruments.Tag("kind", receipt.Decision.Kind == DecisionKind.Hold ? "hold" : "revoke"));
        // What is held waits for a person, and is settled as far as the session goes.
        return receipt.Effect != DecisionEffect.Disarmed;
    }

    private static bool IsAllowed(SessionReport report, AllowList allowed, DateTimeOffset now) =>
        allowed.Covers(report.Sid, report.Viewers.Select(viewer => viewer.Text), report.Viewers.Count < SessionState.MaxViewers, now);

    /// <summary>By the time of the evidence, or of the newest line: a session that was caught before a window and goes on in it is caught in it.</summary>
    private bool IsArmed(SessionReport report) =>
        report.AssetId is not { } id || assets.Current.Find(id) is not { } asset || asset.IsArmedAt(report.Verdict.EvidenceUntil ?? report.LastSeen) || asset.IsArmedAt(report.LastSeen);
}
