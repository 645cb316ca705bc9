using System.Text;

namespace Portcullis.Logs;

/// <summary>Counts malformed lines and keeps the last ones for inspection, with anything that could be a token cut out.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class MalformedLines
{
    /// <summary>How many lines are kept.</summary>
    public const int Kept = 200;

    /// <summary>How much of a line is kept, in characters.</summary>
    public const int KeptLength = 1024;

    private const int LongestHarmlessRun = 31;

    private readonly Lock _lock = new();
    private readonly Queue<MalformedLine> _lines = new(Kept);
    private long _count;

    /// <summary>How many malformed lines there were.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Counts a line and keeps what may be kept of it.</summary>
    public void Add(ReadOnlySpan<byte> line, LineFault fault, DateTimeOffset seen)
    {
        Interlocked.Increment(ref _count);
        var kept = new MalformedLine(seen, fault, line.Length, Redact(line));
        lock (_lock)
        {
            if (_lines.Count == Kept)
                _lines.Dequeue();
            _lines.Enqueue(kept);
        }
    }

    /// <summary>The kept lines, newest first.</summary>
    public IReadOnlyList<MalformedLine> Recent()
    {
        lock (_lock)
            return [.. _lines.Reverse()];
    }

    /// <summary>Drops the kept lines that hold a text.</summary>
    /// <param name="text">What to look for, such as the beginning of an account's sids.</param>
    public void Erase(string text)
    {
        lock (_lock)
        {
            for (var left = _lines.Count; left > 0; left--)
            {
                var line = _lines.Dequeue();
                if (!line.Text.Contains(text, StringComparison.Ordinal))
                    _lines.Enqueue(line);
            }
        }
    }

    /// <summary>
    /// The line's beginning as text, with every run of 32 or more token characters replaced: it may be, or contain, a bearer token, a
    /// policy or its signature. A damaged line may hold the middle of a token with nothing about it that says so; request ids and
    /// long escaped texts go with it.
    /// </summary>
    internal static string Redact(ReadOnlySpan<byte> line)
    {
        var text = new StringBuilder(Math.Min(line.Length, KeptLength));
        while (!line.IsEmpty && text.Length < KeptLength)
        {
            var run = 0;
            while (run < line.Length && IsTokenCharacter(line[run]))
                run++;
            text.Append(run > LongestHarmlessRun ? "<cut>" : Encoding.UTF8.GetString(line[..run]));
            line = line[run..];
            var other = 0;
            while (other < line.Length && other < KeptLength && !IsTokenCharacter(line[other]))
                other++;
            text.Append(Encoding.UTF8.GetString(line[..other]));
            line = line[other..];
        }
        if (text.Length > KeptLength)
            text.Length = KeptLength;
        return text.ToString();
    }

    private static bool IsTokenCharacter(byte c) =>
        c is >= (byte)'a' and <= (byte)'z' or >= (byte)'A' and <= (byte)'Z' or >= (byte)'0' and <= (byte)'9'
            or (byte)'_' or (byte)'-' or (byte)'.' or (byte)'%' or (byte)'=' or (byte)'+' or (byte)'~' or >= 0x80;
}

/// <summary>A malformed line, as far as it is kept.</summary>
/// <param name="Seen">When it was read.</param>
/// <param name="Fault">What is wrong with it.</param>
/// <param name="Length">Its whole length in bytes.</param>
/// <param name="Text">Its beginning, with tokens cut out.</param>
public sealed record MalformedLine(DateTimeOffset Seen, LineFault Fault, int Length, string Text);
