using System.Globalization;
using System.Text;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Logs;
using Portcullis.Media;
using Portcullis.Sessions;

namespace Portcullis.Local.Tests;

/// <summary>Log lines in the default field list, as the edge writes them for accepted segment requests.</summary>
internal static class LogText
{
    /// <summary>Time of the first line, epoch milliseconds.</summary>
    public const long Start = 1_800_000_000_000;

    /// <param name="number">Stands in the fields for bytes sent, request id and autonomous system, so that a test knows the line again.</param>
    /// <param name="time">Epoch milliseconds.</param>
    /// <param name="sid">The session.</param>
    /// <param name="viewer">Each number is another address.</param>
    /// <param name="position">Number of the segment.</param>
    public static string Segment(int number, long time, string sid = "aB3dE6gH9jK2mN5p", int viewer = 1, long position = 1) => string.Create(
        CultureInfo.InvariantCulture,
        $"{time / 1000}.{time % 1000:d3}\t203.0.{viewer}.7\t200\t{number}\tGET\tlocalhost\t/{sid}.h.p.s/live/one/v1/seg-{position}.m4s\tFRA\tr{number}\t0.01\tPlayer/1.0\t-\tHit\tvideo/mp4\t-\t-\tHit\tDE\t{number}\t-\t-\t-\t-\tok.{sid}");

    /// <summary>Every <paramref name="each"/> milliseconds, each of some viewers fetches the next segment of the same session.</summary>
    public static IEnumerable<string> Playing(string sid, int viewers, int segments, long start = Start, int each = 2_000, int firstNumber = 0) =>
        from segment in Enumerable.Range(0, segments)
        from viewer in Enumerable.Range(1, viewers)
        select Segment(firstNumber + (segment * viewers) + viewer, start + ((long)segment * each) + (viewer * 100), sid, viewer, segment);

    /// <summary>The same of a title whose segments are ranges of one file.</summary>
    public static IEnumerable<string> PlayingRanges(string sid, int viewers, int segments, long start = Start) =>
        from segment in Enumerable.Range(0, segments)
        from viewer in Enumerable.Range(1, viewers)
        let line = Segment((segment * viewers) + viewer, start + (segment * 2_000L) + (viewer * 100), sid, viewer)
        let range = string.Create(CultureInfo.InvariantCulture, $"video/mp4\t{1_000 + (segment * 500_000L)}\t{500_999 + (segment * 500_000L)}")
        select line.Replace("/live/one/v1/seg-1.m4s", "/vod/one.mp4", StringComparison.Ordinal).Replace("video/mp4\t-\t-", range, StringComparison.Ordinal);

    public static byte[] Bytes(string line) => Encoding.UTF8.GetBytes(line);

    /// <summary>Lines as a reader hands them to the engine.</summary>
    public static SessionBatch Batch(IEnumerable<string> lines, AssetCatalogue? assets = null)
    {
        var intake = new LogIntake(LogFieldList.Default, LogDataTrust.Required, new MalformedLines(), new MediaReader(), TimeProvider.System);
        foreach (var line in lines)
            intake.Take(Bytes(line), assets ?? AssetCatalogue.Empty);
        return intake.Batch;
    }
}
