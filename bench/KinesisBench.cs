using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using Portcullis.Assets;
using Portcullis.Aws.Kinesis;
using Portcullis.Aws.Tests.Kinesis;
using Portcullis.Bench.Rivals;
using Portcullis.Engine;
using Portcullis.Local.Sessions;
using Portcullis.Local.Tests;
using Portcullis.Logs;
using Portcullis.Media;
using Portcullis.Sessions;

namespace Portcullis.Bench;

/// <summary>
/// The reader of a Kinesis stream against kinesalite, which is what limits the records a second; and this process's CPU per record beside
/// the same lines taken from memory.
/// </summary>
internal static partial class KinesisBench
{
    // So many that their 2 MB a second each are more than kinesalite gives.
    private const int Shards = 16, MostLines = 100_000, Rounds = 5, BatchLines = 10_000;

    public static async Task<int> RunAsync(string file)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        LineFile.ForEach(file, line =>
        {
            if (lines.Count < MostLines && !LogLineParser.IsDirective(line))
                lines.Add(line.ToArray());
        });
        using var server = await KinesisServer.StartAsync(Shards);
        if (server is null)
        {
            Console.Error.WriteLine("kinesalite is not installed: npm ci --prefix tests/Aws.Tests/Servers");
            return 2;
        }
        await server.PutAsync(lines);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lines.Count:N0} lines of {lines.Average(line => line.Length):F0} bytes, one to a record, {Shards} shards, {Rounds} rounds in turn"));
        for (var round = 0; round < Rounds; round++)
        {
            Report("through Kinesis", lines.Count, await MeasureAsync(() => ReadAsync(server, lines.Count)));
            Report("from memory", lines.Count, await MeasureAsync(() => Task.Run(() => Take(lines))));
            var answer = Answer(lines);
            Report("only GetRecords' answer, ours", BatchLines, await MeasureAsync(() => Task.Run(() => Parse(answer, static stream => JsonSerializer.Deserialize(stream, KinesisTypes.Default.RecordBatch)!.Dispose()))));
            Report("the same, an object a record", BatchLines, await MeasureAsync(() => Task.Run(() => Parse(answer, static stream => JsonSerializer.Deserialize(stream, PlainTypes.Default.PlainAnswer)))));
        }
        return 0;
    }

    private static async Task<(TimeSpan Wall, TimeSpan Cpu, long Bytes)> MeasureAsync(Func<Task> run)
    {
        using var process = Process.GetCurrentProcess();
        var (cpu, bytes, start) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(true), Stopwatch.GetTimestamp());
        await run();
        var wall = Stopwatch.GetElapsedTime(start);
        process.Refresh();
        return (wall, process.TotalProcessorTime - cpu, GC.GetTotalAllocatedBytes(true) - bytes);
    }

    private static void Report(string name, int records, (TimeSpan Wall, TimeSpan Cpu, long Bytes) used) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-30} {records / used.Wall.TotalSeconds,11:N0} records/s {used.Cpu.TotalMicroseconds / records,7:F2} us CPU a record {(double)used.Bytes / records,8:F1} B a record"));

    private static async Task ReadAsync(KinesisServer server, int lines)
    {
        var options = new KinesisStreamOptions { Stream = KinesisServer.Stream, Start = KinesisStart.TrimHorizon };
        await using var stream = new KinesisLogStream(
            server.Connection, options, new MemoryCheckpoints(), Engine(), new FixedAssets(), new MediaReader(), new MalformedLines(), TimeProvider.System, NullLoggerFactory.Instance);
        stream.Start();
        while (stream.Status.Lines < lines || stream.Positions.Any(position => position.Position is null))
            await Task.Delay(5);
    }

    private static void Take(List<ReadOnlyMemory<byte>> lines)
    {
        var intake = new LogIntake(LogFieldList.Default, LogDataTrust.Required, new MalformedLines(), new MediaReader(), TimeProvider.System);
        var engine = Engine();
        foreach (var chunk in lines.Chunk(BatchLines))
        {
            foreach (var line in chunk)
                intake.Take(line.Span, AssetCatalogue.Empty);
            engine.ObserveAsync(intake.Batch, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            intake.Clear();
        }
    }

    private static byte[] Answer(List<ReadOnlyMemory<byte>> lines) => JsonSerializer.SerializeToUtf8Bytes(
        new PlainAnswer([.. lines.Take(BatchLines).Select((line, number) => new PlainRecord(1_795_613_500.421m, line.ToArray(), $"{number}", $"4968055361392511174068876801221091925796157230125{number:d7}"))], "next", 0),
        PlainTypes.Default.PlainAnswer);

    private static void Parse(byte[] answer, Action<Stream> parse)
    {
        using var stream = new MemoryStream(answer);
        parse(stream);
    }

    private static SessionShards Engine() => new(new NoSink(), () => AssetCatalogue.Empty, new DetectionPolicy(), TimeProvider.System);

    private sealed record PlainAnswer(IReadOnlyList<PlainRecord> Records, string? NextShardIterator, long MillisBehindLatest);

    private sealed record PlainRecord(decimal ApproximateArrivalTimestamp, byte[] Data, string PartitionKey, string SequenceNumber);

    [JsonSerializable(typeof(PlainAnswer))]
    private sealed partial class PlainTypes : JsonSerializerContext;
}
