using Portcullis.Assets;
using Portcullis.Logs;
using Portcullis.Media;
using Portcullis.Sessions;

namespace Portcullis.Engine;

/// <summary>From lines to slices: parses, decides which lines count, counts the others, groups the rest by session.</summary>
/// <remarks>One per reader; not safe for concurrent use, except for its counters.</remarks>
/// <param name="fields">The stream's field list.</param>
/// <param name="trust">What the stream's edge writes as log data.</param>
/// <param name="malformed">Where malformed lines are counted and kept.</param>
/// <param name="media">What was learned of titles; shared by all readers of an engine.</param>
/// <param name="time">For the time at which a malformed line was seen.</param>
public sealed class LogIntake(LogFieldList fields, LogDataTrust trust, MalformedLines malformed, MediaReader media, TimeProvider time)
{
    private readonly SliceGrouper _grouper = new(media);
    private LogFieldList _fields = fields;
    private long _lines, _accepted, _unchecked, _refused, _afterBlock, _newestTime;

    /// <summary>The field list in force.</summary>
    public LogFieldList Fields => _fields;

    /// <summary>Lines read, directives not counted.</summary>
    public long Lines => Interlocked.Read(ref _lines);

    /// <summary>Lines that counted for a session.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Of those, the ones that the edge let pass although it could not read the revocations.</summary>
    public long Unchecked => Interlocked.Read(ref _unchecked);

    /// <summary>Lines of refused requests.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Of those, the ones refused because the session is revoked.</summary>
    public long AfterBlock => Interlocked.Read(ref _afterBlock);

    /// <summary>Where the refused requests come from.</summary>
    public RefusedSources RefusedSources { get; } = new();

    /// <summary>Time of the newest line, epoch milliseconds; 0 before the first.</summary>
    public long NewestTime => Interlocked.Read(ref _newestTime);

    /// <summary>The lines gathered since the last <see cref="Clear"/>, by session.</summary>
    public SessionBatch Batch => _grouper.Batch;

    /// <summary>Goes on with another field list.</summary>
    public void UseFields(LogFieldList list) => _fields = list;

    /// <summary>Takes in one line without its line feed. A <c>#Fields:</c> directive changes the field list from here on.</summary>
    /// <exception cref="FormatException">A <c>#Fields:</c> directive names no usable list.</exception>
    public void Take(ReadOnlySpan<byte> line, AssetCatalogue assets)
    {
        if (line.IsEmpty)
            return;
        if (LogLineParser.IsDirective(line))
        {
            if (line.StartsWith("#Fields:"u8))
                _fields = LogFieldList.Parse(System.Text.Encoding.UTF8.GetString(line[..Math.Min(line.Length, LogLineParser.MaxLength)]));
            return;
        }
        Add(ref _lines, 1);
        var fault = LogLineParser.TryParse(line, _fields, out var parsed);
        if (fault != LineFault.None)
        {
            malformed.Add(line, fault, time.GetUtcNow());
            return;
        }
        if (parsed.Time > _newestTime)
            Interlocked.Exchange(ref _newestTime, parsed.Time);
        switch (LineStandings.Judge(parsed, trust, out var sid))
        {
            case LineStanding.Accepted:
                Add(ref _accepted, 1);
                Add(ref _unchecked, parsed.LogData.EndsWith(".unchecked"u8) ? 1 : 0);
                _grouper.Add(parsed, sid, assets);
                break;
            case LineStanding.Refused:
                Add(ref _refused, 1);
                var afterBlock = parsed.LogData.SequenceEqual("no.revoked"u8);
                Add(ref _afterBlock, afterBlock ? 1 : 0);
                RefusedSources.Add(parsed, afterBlock);
                break;
            default:
                break;
        }
    }

    /// <summary>The same, but counts a directive that names no usable list with the malformed lines.</summary>
    public void TakeOrCount(ReadOnlySpan<byte> line, AssetCatalogue assets)
    {
        try
        {
            Take(line, assets);
        }
        catch (FormatException)
        {
            malformed.Add(line, LineFault.FieldCount, time.GetUtcNow());
        }
    }

    /// <summary>Forgets the batch; the engine must be done with it.</summary>
    public void Clear() => _grouper.Batch.Clear();

    /// <summary>Only this reader's thread writes: a plain sum, published whole.</summary>
    private static void Add(ref long counter, long count) => Volatile.Write(ref counter, counter + count);
}
