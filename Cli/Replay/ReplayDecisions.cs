using Portcullis.Cli.Evaluation;
using Portcullis.Engine;
using Portcullis.Local.Sessions;
using Portcullis.Sessions;

namespace Portcullis.Cli.Replay;

/// <summary>Makes a decision of it when a session is first flagged and when it is revoked.</summary>
internal sealed class ReplayDecisions(DecisionLines output) : IVerdictSink
{
    private readonly Dictionary<string, VerdictAction> _said = new(StringComparer.Ordinal);

    /// <summary>Writes what is still buffered.</summary>
    public Task FlushAsync(CancellationToken cancellation) => output.FlushAsync(cancellation);

    /// <summary>Sessions that were flagged and not revoked.</summary>
    public long Flagged => _said.Values.LongCount(action => action == VerdictAction.Flag);

    /// <summary>Sessions that were revoked.</summary>
    public long Revoked => _said.Values.LongCount(action => action == VerdictAction.Revoke);

    /// <summary>All decisions so far, in their order.</summary>
    public IReadOnlyList<SessionDecision> All => output.Decisions;

    /// <summary>Says again what was decided before a replay was interrupted: what it prints after it was resumed is complete by itself.</summary>
    public void Repeat(IEnumerable<SessionDecision> decisions)
    {
        foreach (var decision in decisions)
        {
            _said[decision.Sid] = decision.Action;
            output.Write(decision);
        }
    }

    public bool AnyLifts => false;

    public long? LiftedAt(string sid) => null;

    public ValueTask<bool> DeliverAsync(SessionReport report, CancellationToken cancellation)
    {
        var action = report.Verdict.Action;
        if (action <= _said.GetValueOrDefault(report.Sid))
            return ValueTask.FromResult(true);
        _said[report.Sid] = action;
        output.Write(new SessionDecision(
            report.Sid, decimal.Divide(report.Verdict.DecidedAt, 1000), action, report.Verdict.Score, [.. report.Verdict.Evidence.Select(finding => new DecisionEvidence(finding.Detector, finding.Weight, finding.Sentence))]));
        return ValueTask.FromResult(true);
    }
}
