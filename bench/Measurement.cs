using System.Diagnostics;
using System.Globalization;

namespace Portcullis.Bench;

/// <summary>Times operations side by side: rounds of each in turn, so that a noisy moment hits all of them, and the median round counts.</summary>
internal static class Measurement
{
    private const int Rounds = 21;

    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(100);

    /// <summary>Nanoseconds and bytes allocated per call of each operation.</summary>
    public static IReadOnlyList<(string Name, double Nanoseconds, double Bytes)> Compare(params (string Name, Action Operation)[] operations)
    {
        var counts = operations.Select(operation => Calibrate(operation.Operation)).ToArray();
        var times = operations.Select(_ => new List<double>()).ToArray();
        var bytes = new double[operations.Length];
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < operations.Length; i++)
            {
                var (operation, count) = (operations[i].Operation, counts[i]);
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                var start = Stopwatch.GetTimestamp();
                for (var n = 0; n < count; n++)
                    operation();
                times[i].Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / count);
                bytes[i] = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)count;
            }
        }
        return [.. operations.Select((operation, i) => (operation.Name, times[i].Order().ElementAt(Rounds / 2), bytes[i]))];
    }

    /// <summary>Prints a table; the first row of a group is what the others are compared with.</summary>
    public static void Print(string title, IReadOnlyList<(string Name, double Nanoseconds, double Bytes)> rows)
    {
        var width = rows.Max(row => row.Name.Length);
        Console.WriteLine($"\n{title}\n{"".PadRight(width)}       ns   B/op   ratio");
        foreach (var (name, nanoseconds, bytes) in rows)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name.PadRight(width)} {nanoseconds,8:F0} {bytes,6:F0} {nanoseconds / rows[0].Nanoseconds,7:F2}"));
    }

    private static int Calibrate(Action operation)
    {
        // Long enough for tier 1 and its profile.
        for (var warm = Stopwatch.StartNew(); warm.ElapsedMilliseconds < 1_500;)
            operation();
        var count = 0;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Round; count++)
            operation();
        return Math.Max(1, count);
    }
}
