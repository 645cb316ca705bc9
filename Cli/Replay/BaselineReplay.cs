using System.Diagnostics;
using Portcullis.Cli.Evaluation;
using Portcullis.Logs;
using Portcullis.Sessions;
using Portcullis.Sessions.Baselines;

namespace Portcullis.Cli.Replay;

/// <summary>Lets a baseline decide on recorded lines. What it would revoke is a revocation here.</summary>
/// <param name="fields">Field list until a <c>#Fields:</c> line names another.</param>
/// <param name="baseline">The rule that decides.</param>
/// <param name="output">Where decisions go.</param>
internal sealed class BaselineReplay(LogFieldList fields, IBaseline baseline, DecisionLines output)
{
    /// <summary>The baselines by name.</summary>
    public static IBaseline Create(string name) => name switch
    {
        "smde-v1" => new SmdeV1Score(),
        "smde-v2" => new SmdeV2Prefilter(),
        _ => throw new FormatException($"--baseline '{name}' must be smde-v1 or smde-v2"),
    };

    /// <exception cref="FormatException">A field list lacks a field that the baseline needs.</exception>
    public async Task<ReplaySummary> RunAsync(IEnumerable<string> files, SessionSpans? spans, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var lines = new RecordedLines(fields) { FieldsNamed = Check };
        long revoked = 0;
        lines.Read(files, (in line, standing, sid) =>
        {
            spans?.Take(line, standing, sid);
            revoked += Write(baseline.Observe(line, standing, sid));
        }, cancellation);
        revoked += Write(baseline.Complete());
        await output.FlushAsync(cancellation);
        return new ReplaySummary(lines.Bytes, lines.Lines, lines.Accepted, lines.Refused, lines.Malformed, 0, revoked, Stopwatch.GetElapsedTime(started));
    }

    private void Check(LogFieldList list)
    {
        if (baseline.NeededFields.Except(list.Text.Split(' '), StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } missing)
            throw new FormatException($"{baseline.Name} needs the field '{missing}', which the field list lacks");
    }

    private int Write(IReadOnlyList<BaselineDecision> decisions)
    {
        foreach (var decision in decisions)
        {
            output.Write(new SessionDecision(
                decision.Sid, decimal.Divide(decision.DecidedAt, 1000), VerdictAction.Revoke, decision.Score, [new DecisionEvidence(baseline.Name, decision.Score, decision.Why)]));
        }
        return decisions.Count;
    }
}
