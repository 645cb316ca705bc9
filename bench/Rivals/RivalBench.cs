using System.Globalization;
using System.Text.Json;

namespace Portcullis.Bench.Rivals;

/// <summary>Times everything that can score a log file, on the same file in the same run.</summary>
internal static class RivalBench
{
    private const int Rounds = 3;

    /// <summary>All that compute SMDE v1's score.</summary>
    private static IReadOnlyList<IRival> Scores { get; } = [new DuckDbScore("hashed"), new DuckDbScore("query"), new StraightforwardScore(), new BaselineScore()];

    /// <summary>The rows of the table. The first, which judges by all detectors instead, is what the others are compared with.</summary>
    private static IReadOnlyList<IRival> Rivals { get; } = [new Portcullis(), .. Scores];

    /// <summary>Rounds of each in turn; the median round counts.</summary>
    public static int Run(string file)
    {
        var runs = Rivals.Select(_ => new List<RivalScore>()).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < Rivals.Count; i++)
            {
                GC.Collect();
                runs[i].Add(Rivals[i].Run(file));
            }
        }
        var width = Rivals.Max(rival => rival.Name.Length);
        var first = Median(runs[0]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{first.Lines:N0} lines, {new FileInfo(file).Length / 1e6:N0} MB; {Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}"));
        Console.WriteLine($"{"".PadRight(width)}  seconds    lines/s  speed  flagged");
        for (var i = 0; i < Rivals.Count; i++)
        {
            var run = Median(runs[i]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Rivals[i].Name.PadRight(width)} {run.Seconds,8:F2} {run.Lines / run.Seconds,10:N0} {first.Seconds / run.Seconds,6:F2} {run.Flagged.Count,8:N0}"));
        }
        return 0;
    }

    /// <summary>Runs each once and prints what they found as JSON: an object by name.</summary>
    public static int PrintJson(string file)
    {
        Console.WriteLine(JsonSerializer.Serialize(Scores.ToDictionary(rival => rival.Name, rival => rival.Run(file)), new JsonSerializerOptions(JsonSerializerDefaults.Web)));
        return 0;
    }

    private static RivalScore Median(List<RivalScore> runs) => runs.OrderBy(run => run.Seconds).ElementAt(runs.Count / 2);
}
