using System.Diagnostics;
using System.Globalization;
using System.Text;
using Portcullis.Accounts;
using Portcullis.Local;
using Portcullis.Local.Storage;
using Portcullis.Tokens;

namespace Portcullis.Bench;

/// <summary>What accounts cost: a slot on disk per mint, a sighting per session and batch, and room per session with a token.</summary>
internal static class AccountBench
{
    private const int Mints = 5_000, Kept = 200_000, Sightings = 2_000_000;

    public static async Task<int> RunAsync()
    {
        var path = Directory.CreateTempSubdirectory("portcullis-accounts-").FullName;
        try
        {
            using var folder = DataFolder.Open(path);
            var stores = new LocalStores(folder, default, TimeProvider.System, accounts: new AccountLimits { MaxSessions = 3 });
            foreach (var callers in (int[])[1, 32, 256])
                await MeasureMintsAsync(stores, callers);
            var sids = await MeasureRoomAsync(stores);
            MeasureSightings(stores, sids);
            await stores.Accounts.DisposeAsync();
            await stores.Writer.DisposeAsync();
        }
        finally
        {
            Directory.Delete(path, true);
        }
        return 0;
    }

    private static async Task MeasureMintsAsync(LocalStores stores, int callers)
    {
        var taken = new double[Mints];
        var next = -1;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < Mints; i = Interlocked.Increment(ref next))
            {
                var begun = Stopwatch.GetTimestamp();
                await AdmitAsync(stores, Draw());
                taken[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }
        })));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Array.Sort(taken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"slots on disk, {callers,3} callers: {Mints / seconds,7:N0}/s, p50 {taken[Mints / 2]:F2} ms, p99 {taken[Mints * 99 / 100]:F2} ms"));
    }

    private static async Task<List<byte[]>> MeasureRoomAsync(LocalStores stores)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, true, true);
        var before = GC.GetTotalMemory(true);
        var sids = new List<byte[]>(Kept);
        foreach (var chunk in Enumerable.Range(0, Kept).Chunk(2_000))
        {
            var drawn = chunk.Select(_ => Draw()).ToList();
            await Task.WhenAll(drawn.Select(sid => AdmitAsync(stores, sid)));
            sids.AddRange(drawn.Select(Encoding.ASCII.GetBytes));
        }
        GC.Collect(2, GCCollectionMode.Aggressive, true, true);
        // Less what the list of sids takes: 27 bytes in an array of 56, and its place.
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"room: {((double)(GC.GetTotalMemory(true) - before) / Kept) - 64:F0} B a session with a token, one to an account"));
        return sids;
    }

    private static void MeasureSightings(LocalStores stores, List<byte[]> sids)
    {
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var stranger = Encoding.ASCII.GetBytes(SessionId.Draw("0000000000"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sighting: {Time(i => stores.Accounts.Seen(sids[i % sids.Count], at + i)):F0} ns of a session of {sids.Count:N0}, {Time(i => stores.Accounts.Seen(stranger, at + i)):F0} ns of a stranger"));
    }

    private static double Time(Action<int> action)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Sightings; i++)
            action(i);
        return Stopwatch.GetElapsedTime(started).TotalNanoseconds / Sightings;
    }

    private static string Draw() => SessionId.Draw(SessionId.AccountTag("bench"u8, Guid.NewGuid().ToString()));

    private static async Task AdmitAsync(LocalStores stores, string sid)
    {
        if (!(await stores.Accounts.AdmitAsync(sid, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 14_400)).IsAdmitted)
            throw new InvalidOperationException("A slot of a new account was refused.");
    }
}
