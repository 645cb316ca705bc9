using Portcullis.Cli.Evaluation;
using Portcullis.Cli.Replay;
using Portcullis.Logs;
using Portcullis.Sessions;

namespace Portcullis.Bench.Rivals;

/// <summary>The product itself: <c>replay</c> with all detectors, on all cores.</summary>
internal sealed class Portcullis : IRival
{
    public string Name => "Portcullis, all detectors";

    public RivalScore Run(string file)
    {
        var decisions = new DecisionLines(TextWriter.Null);
        var summary = new LogReplay(new ReplayOptions(LogFieldList.Default, new DetectionPolicy(), 1), decisions).RunAsync([file], default).GetAwaiter().GetResult();
        return new RivalScore(summary.Lines, summary.Took.TotalSeconds, [.. decisions.Decisions.Where(decision => decision.Action == VerdictAction.Revoke).Select(decision => decision.Sid).Order(StringComparer.Ordinal)]);
    }
}
