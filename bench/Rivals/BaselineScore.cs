using System.Diagnostics;
using Portcullis.Logs;
using Portcullis.Sessions.Baselines;

namespace Portcullis.Bench.Rivals;

/// <summary>Core's own rendering of SMDE v1's score, in one window for the whole file.</summary>
internal sealed class BaselineScore : IRival
{
    // Longer than any file and than the time since 1970: nothing leaves the window, and it is evaluated once.
    private static readonly TimeSpan Always = TimeSpan.FromDays(36_500);

    public string Name => "SMDE v1's score, Core's baseline, 1 thread";

    public RivalScore Run(string file)
    {
        var started = Stopwatch.GetTimestamp();
        var score = new SmdeV1Score(new SmdeV1Options { LookBack = Always, Every = Always });
        var lines = LineFile.ForEach(file, bytes =>
        {
            if (LogLineParser.TryParse(bytes, LogFieldList.Default, out var line) != LineFault.None)
                return;
            var standing = LineStandings.Judge(line, LogDataTrust.WhenPresent, out var sid);
            score.Observe(line, standing, sid);
        });
        var flagged = score.Complete().Select(decision => decision.Sid).Order(StringComparer.Ordinal).ToList();
        return new RivalScore(lines, Stopwatch.GetElapsedTime(started).TotalSeconds, flagged);
    }
}
