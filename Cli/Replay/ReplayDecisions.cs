using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Portcullis.Engine;
using Portcullis.Local.Sessions;
using Portcullis.Sessions;

namespace Portcullis.Cli.Replay;

/// <summary>Prints a JSON line when a session is first flagged and when it is revoked: sid, decidedAt, action, score, evidence.</summary>
internal sealed class ReplayDecisions(TextWriter output) : IVerdictSink
{
    private static readonly JsonSerializerOptions Written = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, VerdictAction> _said = new(StringComparer.Ordinal);

    /// <summary>Writes what is still buffered.</summary>
    public Task FlushAsync() => output.FlushAsync();

    /// <summary>Sessions that were flagged and not revoked.</summary>
    public long Flagged => _said.Values.LongCount(action => action == VerdictAction.Flag);

    /// <summary>Sessions that were revoked.</summary>
    public long Revoked => _said.Values.LongCount(action => action == VerdictAction.Revoke);

    public bool AnyLifts => false;

    public long? LiftedAt(string sid) => null;

    public ValueTask DeliverAsync(SessionReport report, CancellationToken cancellation)
    {
        var action = report.Verdict.Action;
        if (action <= _said.GetValueOrDefault(report.Sid))
            return ValueTask.CompletedTask;
        _said[report.Sid] = action;
        output.WriteLine(JsonSerializer.Serialize(
            new
            {
                report.Sid,
                decidedAt = decimal.Divide(report.Verdict.DecidedAt, 1000),
                action = action.ToString().ToLower(CultureInfo.InvariantCulture),
                report.Verdict.Score,
                evidence = report.Verdict.Evidence.Select(finding => new { finding.Detector, finding.Weight, finding.Sentence }),
            },
            Written));
        return ValueTask.CompletedTask;
    }
}
