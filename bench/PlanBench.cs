using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Portcullis.Enforcement;
using Portcullis.Enforcement.KeyValueStores;
using Portcullis.Enforcement.Waf;
using Portcullis.Keys;
using Portcullis.Revocations;

namespace Portcullis.Bench;

/// <summary>Time of the plans for 100,000 revoked sids, and how many of them the targets have room for.</summary>
internal static class PlanBench
{
    private const int Sids = 100_000, Capacity = 1_500, Rounds = 7;

    private const long Now = 1_795_298_884;

    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static int Run()
    {
        Console.WriteLine($"{Sids} sids, median of {Rounds} plans; {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}");
        Console.WriteLine($"{"sids of",-28} {$"held in {Capacity} WCU",18} {"a pattern",10} {"ms",6}   {"held in 5 MB",12} {"bytes",10} {"ms",6} {"calls",6} {"ms",6}");
        foreach (var (kind, draw) in (ReadOnlySpan<(string, Func<Random, string>)>)[
            ("12 characters", random => Text(random, 12)),
            ("16 characters", random => Text(random, 16)),
            ("27, tags drawn", random => $"{Text(random, 10)}_{Text(random, 16)}"),
            ("27, one tag", random => $"abcdefghij_{Text(random, 16)}")])
            Measure(kind, draw);
        return 0;
    }

    private static void Measure(string kind, Func<Random, string> draw)
    {
        var random = new Random(1);
        var blocks = Enumerable.Range(0, Sids).Select(_ => new Block(Subject.Session(draw(random)), Now + 86_400)).ToList();
        var (waf, wafTime) = Timed(() => WafPlan.Draw(blocks, Capacity));
        var (store, storeTime) = Timed(() => KeyValueStorePlan.Draw(blocks, KeySet.Empty, Now));
        var (batches, batchTime) = Timed(() => store.Batches(KeyValueStorePlan.Empty));
        var patterns = waf.Rules.Sum(rule => rule.Patterns.Count);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kind,-28} {waf.Sids,18} {waf.Sids / (double)patterns,10:F2} {wafTime,6:F0}   {store.Sids,12} {store.Bytes,10} {storeTime,6:F0} {batches.Count,6} {batchTime,6:F0}"));
    }

    private static (T Result, double Milliseconds) Timed<T>(Func<T> plan)
    {
        var times = new List<double>();
        var result = default(T)!;
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            result = plan();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return (result, times.Order().ElementAt(Rounds / 2));
    }

    private static string Text(Random random, int length) => new(random.GetItems<char>(Base62, length));
}
