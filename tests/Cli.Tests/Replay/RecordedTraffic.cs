using System.Globalization;

namespace Portcullis.Cli.Tests.Replay;

/// <summary>Log lines in the default field list: viewers who play the same live channel with one session's token each.</summary>
internal static class RecordedTraffic
{
    public const string Signature = "c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU";

    /// <summary>Lines of one viewer: a segment every two seconds.</summary>
    public static IEnumerable<(decimal Time, string Line)> Viewer(string sid, string address, int from, int until, string logData = "ok", decimal phase = 0)
    {
        for (var second = from; second < until; second += 2)
        {
            var time = 1_795_298_880m + second + phase;
            yield return (time, Line(time, sid, address, second / 2, logData == "-" ? "-" : $"{logData}.{sid}"));
        }
    }

    public static string Line(decimal time, string sid, string address, int segment, string logData, int status = 200) => string.Join('\t',
        time.ToString("F3", CultureInfo.InvariantCulture), address, status, "34567", "GET", "media.example", $"/{sid}.eyJhbGciOiJIUzI1NiJ9.eyJ2ZXIiOjJ9.{Signature}/live/one/480p/seg-{segment}.ts",
        "FRA56-P4", $"{sid}{address}{segment}==", "0.012", "Mozilla/5.0%20(X11)", "-", "Hit", "video/mp2t", "-", "-", "Hit", "DE", "3320", "-", "-", "-", "-", logData);

    public static IEnumerable<string> InOrder(params IEnumerable<(decimal Time, string Line)>[] viewers) =>
        viewers.SelectMany(lines => lines).OrderBy(line => line.Time).Select(line => line.Line);

    /// <summary>One shared and one honest session.</summary>
    public static IEnumerable<string> SharedAndHonest(string logData = "ok") => InOrder(
        Viewer("sharedsharedshar", "198.51.100.1", 0, 120, logData),
        Viewer("sharedsharedshar", "203.0.113.2", 20, 120, logData, 0.7m),
        Viewer("honesthonesthone", "192.0.2.3", 0, 120, logData));
}
