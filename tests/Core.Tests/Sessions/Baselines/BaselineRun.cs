using Portcullis.Core.Tests.Logs;
using Portcullis.Logs;
using Portcullis.Sessions.Baselines;

namespace Portcullis.Core.Tests.Sessions.Baselines;

/// <summary>Lines given to a baseline as a reader of a log gives them.</summary>
internal static class BaselineRun
{
    /// <summary>Event time of second 0: at a full ten minutes, so that slots and look-backs begin here.</summary>
    public const long Start = 1_795_298_400_000;

    public static readonly string[] Sids = ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc", "dddddddddddddddd", "eeeeeeeeeeeeeeee", "ffffffffffffffff"];

    public static List<BaselineDecision> Judge(IBaseline baseline, IEnumerable<LineText> lines)
    {
        var decisions = new List<BaselineDecision>();
        foreach (var text in lines)
        {
            Assert.Equal(LineFault.None, LogLineParser.TryParse(text.Bytes, LogFieldList.Default, out var line));
            var standing = LineStandings.Judge(line, LogDataTrust.WhenPresent, out var sid);
            decisions.AddRange(baseline.Observe(line, standing, sid));
        }
        decisions.AddRange(baseline.Complete());
        return decisions;
    }

    /// <summary>A line of a session at a second (with fraction) behind <see cref="Start"/>.</summary>
    public static LineText Line(string sid, double second, string path = "/live/one/480p/seg-7.ts") => new()
    {
        Time = Start + (long)(second * 1000),
        Uri = $"/{sid}.aaaa.bbbb.cccc{path}",
        LogData = $"ok.{sid}",
    };

    /// <summary>A viewer who fetches a new segment every few seconds.</summary>
    public static IEnumerable<LineText> Viewer(string sid, double from, double until, double every = 4) =>
        Enumerable.Range(0, (int)Math.Ceiling((until - from) / every)).Select(i => Line(sid, from + (i * every), $"/live/one/480p/seg-{i}.ts"));

    public static IEnumerable<LineText> InOrder(params IEnumerable<LineText>[] viewers) => viewers.SelectMany(lines => lines).OrderBy(line => line.Time);
}
