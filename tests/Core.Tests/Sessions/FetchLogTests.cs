using FsCheck;
using FsCheck.Fluent;
using Portcullis.Sessions;

namespace Portcullis.Core.Tests.Sessions;

public sealed class FetchLogTests
{
    private static readonly Gen<Fetch> Fetches =
        from time in Gen.Choose(0, 100_000)
        from position in Gen.Frequency((9, Gen.Choose(0, 50)), (1, Gen.Choose(0, int.MaxValue)))
        from viewer in Gen.Choose(0, 63)
        from rendition in Gen.Choose(0, 14)
        from request in Gen.Choose(0, 3)
        select new Fetch(1_795_298_880_000 + time, position, (byte)viewer, (byte)rendition, (byte)request);

    private static readonly Gen<Fetch[]> Lists = Gen.Choose(0, 200).SelectMany(length => Fetches.ArrayOf(length));

    [Fact]
    public void Add_AnyOrderAndRepeats_HoldsTheSet() =>
        Seeded.Holds(Lists.Values(), fetches =>
        {
            var log = default(FetchLog);
            var scratch = new Fetch[FetchLog.MaxFetches];
            var added = fetches.Concat(fetches).Count(fetch => log.Add(fetch, long.MinValue, scratch));

            var set = new SortedSet<Fetch>(fetches);
            return added == set.Count && log.Count == set.Count && log.Read(new Fetch[FetchLog.MaxFetches]).ToArray().SequenceEqual(set);
        });

    [Fact]
    public void Forget_BeforeATime_KeepsTheRest() =>
        Seeded.Holds(Lists.Values(), fetches =>
        {
            var log = default(FetchLog);
            var scratch = new Fetch[FetchLog.MaxFetches];
            foreach (var fetch in fetches)
                log.Add(fetch, long.MinValue, scratch);
            var before = 1_795_298_880_000 + 40_000;
            log.Forget(before);

            return log.Read(new Fetch[FetchLog.MaxFetches]).ToArray().SequenceEqual(new SortedSet<Fetch>(fetches).Where(fetch => fetch.Time >= before));
        });

    [Fact]
    public void ExtendPrefix_BetweenFetches_KeepsBoth() =>
        Seeded.Holds(Lists.Values(), fetches =>
        {
            var log = new FetchLog([1, 2]);
            var scratch = new Fetch[FetchLog.MaxFetches];
            foreach (var fetch in fetches)
            {
                log.Add(fetch, long.MinValue, scratch);
                if (log.Prefix.Length < 200)
                    log.ExtendPrefix([(byte)log.Prefix.Length, 7]);
            }
            var prefix = log.Prefix.ToArray();
            log.Forget(1_795_298_880_000 + 40_000);
            var kept = log.Read(scratch).ToArray();
            log.Clear();

            return log.Count == 0 && log.Prefix.SequenceEqual(prefix) && prefix.Length == Math.Min(2 + (2 * fetches.Length), 200)
                && prefix.Skip(2).Chunk(2).Select((pair, i) => pair is [var at, 7] && at == 2 + (2 * i)).All(holds => holds)
                && kept.SequenceEqual(new SortedSet<Fetch>(fetches).Where(fetch => fetch.Time >= 1_795_298_880_000 + 40_000));
        });

    [Fact]
    public void Add_FetchesThatGoOn_TakeThreeBytesEach()
    {
        var log = default(FetchLog);
        var scratch = new Fetch[FetchLog.MaxFetches];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 25; i++)
            log.Add(new Fetch(1_795_298_880_000 + (i * 6_000), 1_000 + i, 3, 2, (byte)i), long.MinValue, scratch);
        log.Clear();
        var grown = GC.GetAllocatedBytesForCurrentThread() - before;

        // Arrays of 8, 16, ... 72 bytes, each with 24 bytes of the runtime's own.
        Assert.Equal(Enumerable.Range(1, 9).Sum(i => 24 + (8 * i)), grown);
    }

    [Fact]
    public void Add_MoreThanFits_IsRefusedUntilOldOnesMayGo()
    {
        var log = default(FetchLog);
        var scratch = new Fetch[FetchLog.MaxFetches];
        for (var i = 0; i < FetchLog.MaxFetches; i++)
            Assert.True(log.Add(new Fetch(i, i, 0, 0), long.MinValue, scratch));

        Assert.False(log.Add(new Fetch(5_000, 1, 0, 0), long.MinValue, scratch));
        Assert.True(log.Add(new Fetch(5_000, 1, 0, 0), 1_000, scratch));
        Assert.Equal(FetchLog.MaxFetches - 1_000 + 1, log.Count);
    }
}
