using System.Globalization;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Local.Sessions;
using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Local.Ledger;

/// <summary>Turns verdicts that ask for it, on assets that are armed, into decisions of the ledger.</summary>
internal sealed class LedgerVerdicts(IRevocationLedger ledger, IAssetStore assets, IKeyStore keys, TimeProvider time) : IVerdictSink
{
    public async ValueTask<bool> DeliverAsync(SessionReport report, CancellationToken cancellation)
    {
        if (report.Verdict.Action != VerdictAction.Revoke)
            return true;
        if (!IsArmed(report))
            return false;
        var subject = Subject.Session(report.Sid);
        var now = time.GetUtcNow();
        var lift = ledger.Current.LastLift(subject)?.Sequence ?? 0;
        await ledger.AppendAsync(
            new Decision
            {
                // The same verdict reached again after a crash is the same decision.
                Id = string.Create(CultureInfo.InvariantCulture, $"auto-{report.Sid}-{lift}"),
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
            },
            cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>By the time of the evidence, or of the newest line: a session that was caught before a window and goes on in it is caught in it.</summary>
    private bool IsArmed(SessionReport report) =>
        report.AssetId is not { } id || assets.Current.Find(id) is not { } asset || asset.IsArmedAt(report.Verdict.EvidenceUntil ?? report.LastSeen) || asset.IsArmedAt(report.LastSeen);

    public bool AnyLifts => ledger.Current.HasLifts;

    public long? LiftedAt(string sid) => ledger.Current.LastLift(Subject.Session(sid))?.At.ToUnixTimeMilliseconds();
}
