using System.Diagnostics;
using System.Globalization;
using System.Text;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Local.Sessions;
using Portcullis.Logs;
using Portcullis.Media;
using Portcullis.Sessions;

namespace Portcullis.Bench;

/// <summary>Bytes per live session without evidence: each has played for three minutes and still does.</summary>
internal static class MemoryBench
{
    private const long Start = 1_800_000_000_000;
    private const int Minutes = 3;

    public static int Run()
    {
        Console.WriteLine("sessions  segment     bytes a session   working set");
        foreach (var (sessions, segment) in (ReadOnlySpan<(int, int)>)[(100_000, 2), (100_000, 4), (100_000, 6), (1_000_000, 2), (1_000_000, 4), (1_000_000, 6), (5_000_000, 4)])
            Measure(sessions, segment);
        return 0;
    }

    private static void Measure(int sessions, int segment)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, true, true);
        var before = GC.GetTotalMemory(true);
        var engine = new SessionShards(new NoSink(), () => AssetCatalogue.Empty, new DetectionPolicy(), TimeProvider.System);
        var risen = new List<SessionReport>();
        Fill(engine, risen, sessions, segment);
        GC.Collect(2, GCCollectionMode.Aggressive, true, true);
        var bytes = GC.GetTotalMemory(true) - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sessions,9:N0} {segment,6} s {(double)bytes / sessions,15:F0} B {Process.GetCurrentProcess().WorkingSet64 / 1e6,12:N0} MB"));
        if (risen.Count > 0)
            throw new InvalidOperationException($"{risen.Count} sessions have evidence");
        GC.KeepAlive(engine);
    }

    /// <summary>Batches of a segment of all sessions, made without text of lines: what is measured is what the engine keeps.</summary>
    private static void Fill(SessionShards engine, List<SessionReport> risen, int sessions, int segment)
    {
        const int BatchSize = 50_000;
        var batch = new SessionBatch();
        Span<byte> sid = stackalloc byte[16];
        var random = new Random(1);
        var renditions = (uint[])[11, 22, 33];
        for (var position = 0; position < Minutes * 60 / segment; position++)
        {
            for (var session = 0; session < sessions; session++)
            {
                Sid(session, sid);
                // Now and then a player changes its rendition.
                var rendition = renditions[(session + (position / 20)) % 3];
                var time = Start + (position * segment * 1000L) + (session * 7919L % (segment * 1000)) + random.Next(300);
                batch.Add(sid, new SliceLine(time, 80, ((UInt128)0xFFFF << 32) | (uint)(session * 2654435761), 7, 3320, 0x4445, 200, new MediaRequest(MediaKind.Video, 5, rendition, 1000 + position, (ushort)(segment * 1000)), (uint)random.Next(), 9));
                if (batch.LineCount < BatchSize)
                    continue;
                engine.Observe(batch, 0, 1, risen);
                batch.Clear();
            }
            engine.Observe(batch, 0, 1, risen);
            batch.Clear();
        }
    }

    private static void Sid(int number, Span<byte> sid) => Encoding.ASCII.GetBytes(number.ToString("x16", CultureInfo.InvariantCulture), sid);
}
