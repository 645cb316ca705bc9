using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Portcullis.Engine;
using Portcullis.Local;
using Portcullis.Local.Ledger;
using Portcullis.Local.Sessions;
using Portcullis.Local.Storage;
using Portcullis.Logs;
using Portcullis.Revocations;
using Portcullis.Sessions;

namespace Portcullis.Bench;

/// <summary>
/// From readable line to durable revocation, at 50,000 lines a second: the embedded stream, readers, engine and ledger (SQLite, synchronised
/// to disk). Pirates' decisive lines are put into the flow of 100,000 honest sessions.
/// </summary>
internal static class LatencyBench
{
    private const int LinesPerSecond = 50_000, Seconds = 30, Pirates = 200, SegmentSeconds = 2, Sessions = LinesPerSecond * SegmentSeconds;

    public static async Task<int> RunAsync()
    {
        var path = Directory.CreateTempSubdirectory("portcullis-latency-").FullName;
        try
        {
            using var folder = DataFolder.Open(path);
            var stores = new LocalStores(folder, default, TimeProvider.System, new BreakerOptions { PerMinute = 100_000, ConcentratedPercent = 100 });
            var verdicts = new LedgerVerdicts(stores.Ledger, stores.Assets, stores.Keys, TimeProvider.System);
            var sessions = new SessionShards(verdicts, () => stores.Assets.Current, new DetectionPolicy(), TimeProvider.System);
            verdicts.Audiences = new LiveAudiences(sessions, TimeProvider.System).Of;
            var ingestion = new LogIngestion(new LocalOptions { DataFolder = path }, folder, sessions, stores.Assets, new MalformedLines(), TimeProvider.System, NullLoggerFactory.Instance);
            ingestion.Start();
            using var stop = new CancellationTokenSource();
            var durable = new ConcurrentDictionary<string, long>();
            var watching = WatchAsync(stores, durable, stop.Token);
            var sent = Send(ingestion);
            await Task.Delay(TimeSpan.FromSeconds(5));
            await stop.CancelAsync();
            await watching;
            var status = ingestion.Status;
            await ingestion.DisposeAsync();
            await stores.Accounts.DisposeAsync();
            await stores.Writer.DisposeAsync();
            Print(sent, durable, status);
        }
        finally
        {
            Directory.Delete(path, true);
        }
        return 0;
    }

    private static async Task WatchAsync(LocalStores stores, ConcurrentDictionary<string, long> durable, CancellationToken cancellation)
    {
        try
        {
            await foreach (var snapshot in stores.Ledger.WatchAsync(cancellation))
            {
                var now = Stopwatch.GetTimestamp();
                foreach (var revocation in snapshot.Standing(0))
                    durable.TryAdd(revocation.Decision.Subject.Value, now);
            }
        }
        catch (OperationCanceledException)
        {
            // Over.
        }
    }

    /// <summary>Sends the flow, a hundredth of a second at a time, and says when each pirate's last line could be read.</summary>
    private static Dictionary<string, long> Send(LogIngestion ingestion)
    {
        var sent = new Dictionary<string, long>();
        var slices = Seconds * 100;
        var started = Stopwatch.GetTimestamp();
        var (behind, session) = (0, 0);
        for (var slice = 0; slice < slices; slice++)
        {
            var due = TimeSpan.FromMilliseconds(slice * 10) - Stopwatch.GetElapsedTime(started);
            if (due > TimeSpan.Zero)
                Thread.Sleep(due);
            behind = Math.Max(behind, (int)-due.TotalMilliseconds);
            var time = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            for (var i = 0; i < LinesPerSecond / 100; i++, session++)
                ingestion.Stream.TryAppend(Line(time, $"honest{session % Sessions:d10}", $"10.{session % Sessions / 65536}.{session % Sessions / 256 % 256}.{session % 256}", session / Sessions));
            if (slice < slices / 3 || slice * Pirates / slices == (slice - 1) * Pirates / slices)
                continue;
            var sid = $"pirate{slice:d10}";
            for (var position = 0; position < 3; position++)
            {
                for (var home = 1; home <= 3; home++)
                    ingestion.Stream.TryAppend(Line(time, sid, $"19{home}.51.{slice % 256}.7", position));
            }
            sent[sid] = Stopwatch.GetTimestamp();
        }
        Console.WriteLine($"sender at most {behind} ms behind its plan");
        return sent;
    }

    private static byte[] Line(long time, string sid, string address, int position) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{time / 1000}.{time % 1000:d3}\t{address}\t200\t512345\tGET\tmedia.example.com\t/{sid}.{Token}/live/one/720p/seg-{position}.ts\tFRA56-P4\t{sid}{position:d10}aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa==\t0.041\tMozilla/5.0%20(Windows%20NT%2010.0;%20Win64;%20x64)%20AppleWebKit/537.36\t-\tHit\tvideo/mp2t\t-\t-\tHit\tDE\t3320\t2000\tv\t-\t-\tok.{sid}"));

    private static readonly string Token = new string('h', 80) + "." + new string('p', 240) + "." + new string('s', 43);

    private static void Print(Dictionary<string, long> sent, ConcurrentDictionary<string, long> durable, Engine.StreamStatus status)
    {
        var latencies = sent.Where(pirate => durable.ContainsKey(pirate.Key)).Select(pirate => Stopwatch.GetElapsedTime(pirate.Value, durable[pirate.Key]).TotalMilliseconds).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{status.Lines:N0} lines read, {status.Dropped:N0} dropped, {status.BacklogBytes:N0} bytes not yet read; {latencies.Length} of {sent.Count} pirates revoked"));
        if (latencies.Length > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"line to durable revocation: p50 {latencies[latencies.Length / 2]:F0} ms, p99 {latencies[(int)(latencies.Length * 0.99)]:F0} ms, most {latencies[^1]:F0} ms"));
    }
}
