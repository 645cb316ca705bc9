using System.IO.Compression;
using System.Text;
using Portcullis.Logs;

namespace Portcullis.Cli.Replay;

/// <summary>Takes a line that was parsed.</summary>
/// <param name="line">The line.</param>
/// <param name="standing">Whether it counts.</param>
/// <param name="sid">The session that an accepted line counts for.</param>
internal delegate void LineTaken(in LogLine line, LineStanding standing, ReadOnlySpan<byte> sid);

/// <summary>The parsed lines of recorded logs, in their order.</summary>
/// <param name="fields">Field list until a <c>#Fields:</c> line names another.</param>
internal sealed class RecordedLines(LogFieldList fields)
{
    private const int ChunkSize = 4 << 20;

    public long Bytes { get; private set; }

    public long Lines { get; private set; }

    public long Accepted { get; private set; }

    public long Refused { get; private set; }

    public long Malformed { get; private set; }

    /// <summary>The field list in force.</summary>
    public LogFieldList Fields { get; private set; } = fields;

    /// <summary>Called with a field list before lines are read by it.</summary>
    public Action<LogFieldList> FieldsNamed { get; init; } = _ => { };

    /// <summary>Opens a log file; <c>-</c> is standard input, <c>.gz</c> is unpacked.</summary>
    public static Stream Open(string file)
    {
        var source = file == "-" ? Console.OpenStandardInput() : new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.SequentialScan);
        return file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(source, CompressionMode.Decompress) : source;
    }

    /// <summary>Reads files one after the other.</summary>
    /// <exception cref="FormatException">A <c>#Fields:</c> line names no usable list.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public void Read(IEnumerable<string> files, LineTaken taken, CancellationToken cancellation)
    {
        FieldsNamed(Fields);
        var chunk = new byte[ChunkSize];
        foreach (var file in files)
        {
            using var source = Open(file);
            for (int kept = 0, read = -1; read != 0;)
            {
                cancellation.ThrowIfCancellationRequested();
                read = source.ReadAtLeast(chunk.AsSpan(kept), chunk.Length - kept, throwOnEndOfStream: false);
                Bytes += read;
                kept = TakeChunk(chunk.AsSpan(0, kept + read), read == 0, taken);
            }
        }
    }

    /// <summary>Takes the whole lines of a chunk and moves what is left of it to its front.</summary>
    private int TakeChunk(Span<byte> chunk, bool ended, LineTaken taken)
    {
        var start = 0;
        while (start < chunk.Length)
        {
            var length = chunk[start..].IndexOf((byte)'\n');
            if (length < 0 && !ended && start > 0)
                break;
            // A line longer than a chunk is cut; its parts are malformed and counted.
            var line = length < 0 ? chunk[start..] : chunk.Slice(start, length);
            start += line.Length + (length < 0 ? 0 : 1);
            TakeLine(line, taken);
        }
        chunk[start..].CopyTo(chunk);
        return chunk.Length - start;
    }

    private void TakeLine(ReadOnlySpan<byte> line, LineTaken taken)
    {
        if (line.IsEmpty)
            return;
        if (LogLineParser.IsDirective(line))
        {
            if (line.StartsWith("#Fields:"u8))
                FieldsNamed(Fields = LogFieldList.Parse(Encoding.UTF8.GetString(line[..Math.Min(line.Length, LogLineParser.MaxLength)])));
            return;
        }
        Lines++;
        if (LogLineParser.TryParse(line, Fields, out var parsed) != LineFault.None)
        {
            Malformed++;
            return;
        }
        var standing = LineStandings.Judge(parsed, LogDataTrust.WhenPresent, out var sid);
        Accepted += standing == LineStanding.Accepted ? 1 : 0;
        Refused += standing == LineStanding.Refused ? 1 : 0;
        taken(parsed, standing, sid);
    }
}
