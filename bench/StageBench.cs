using System.Diagnostics;
using System.Globalization;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Local.Sessions;
using Portcullis.Logs;
using Portcullis.Media;
using Portcullis.Sessions;

namespace Portcullis.Bench;

/// <summary>Where the time from line to verdict goes, on one thread: each row does all that the rows before it do, and one stage more.</summary>
internal static class StageBench
{
    private const int MostBytes = 1 << 28, Rounds = 5, BatchLines = 6_000;

    public static int Run(string file)
    {
        var bytes = new byte[(int)Math.Min(new FileInfo(file).Length, MostBytes)];
        using (var stream = File.OpenRead(file))
            stream.ReadExactly(bytes);
        var lines = bytes.AsSpan().Count((byte)'\n');
        var stages = new (string Name, Action Run)[]
        {
            ("find line ends", () => Each(bytes, static _ => { })),
            ("+ parse", () => Each(bytes, static line => LogLineParser.TryParse(line, LogFieldList.Default, out _))),
            ("+ reduce to positions, group by session", () => Intake(bytes, null)),
            ("+ observe, all detectors", () => Intake(bytes, Engine())),
        };
        Console.WriteLine($"{lines:N0} lines of {bytes.Length / lines} bytes, one thread, {Rounds} rounds, the best of each");
        var before = 0.0;
        foreach (var (name, run) in stages)
        {
            var best = double.MaxValue;
            var allocated = 0L;
            for (var round = 0; round < Rounds; round++)
            {
                GC.Collect();
                allocated = GC.GetTotalAllocatedBytes(true);
                var start = Stopwatch.GetTimestamp();
                run();
                best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / lines);
                allocated = GC.GetTotalAllocatedBytes(true) - allocated;
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-42} {best,7:F0} ns a line (+{best - before,5:F0}) {1e9 / best,12:N0} lines/s {(double)allocated / lines,7:F1} B a line"));
            before = best;
        }
        return 0;
    }

    private static SessionShards Engine() => new(new NoSink(), () => AssetCatalogue.Empty, new DetectionPolicy(), TimeProvider.System);

    private static void Intake(byte[] bytes, SessionShards? engine)
    {
        var intake = new LogIntake(LogFieldList.Default, LogDataTrust.Required, new MalformedLines(), new MediaReader(), TimeProvider.System);
        var risen = new List<SessionReport>();
        Each(bytes, line =>
        {
            intake.Take(line, AssetCatalogue.Empty);
            if (intake.Batch.LineCount < BatchLines)
                return;
            engine?.Observe(intake.Batch, 0, 1, risen);
            intake.Clear();
        });
        engine?.Observe(intake.Batch, 0, 1, risen);
    }

    private delegate void TakeLine(ReadOnlySpan<byte> line);

    private static void Each(ReadOnlySpan<byte> rest, TakeLine take)
    {
        while (!rest.IsEmpty)
        {
            var feed = rest.IndexOf((byte)'\n');
            if (feed < 0)
                return;
            take(rest[..feed]);
            rest = rest[(feed + 1)..];
        }
    }
}
