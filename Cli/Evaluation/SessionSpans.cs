using System.Text;
using Portcullis.Logs;
using Portcullis.Tokens;

namespace Portcullis.Cli.Evaluation;

/// <summary>How long each labelled session was seen: from its first accepted line to its last.</summary>
internal sealed class SessionSpans(IReadOnlyDictionary<string, SessionLabel> labels)
{
    private readonly Dictionary<string, SeenTimes> _spans = labels.Keys.ToDictionary(sid => sid, _ => new SeenTimes(), StringComparer.Ordinal);

    /// <summary>Takes a line; only accepted ones of labelled sessions count.</summary>
    /// <param name="line">The line.</param>
    /// <param name="standing">Whether it counts for a session.</param>
    /// <param name="sid">The session it counts for.</param>
    public void Take(in LogLine line, LineStanding standing, ReadOnlySpan<byte> sid)
    {
        if (standing != LineStanding.Accepted)
            return;
        Span<char> text = stackalloc char[SessionId.MaxLength];
        text = text[..Encoding.ASCII.GetChars(sid, text)];
        if (_spans.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var span))
            span.Add(line.Time);
    }

    /// <summary>Takes the time of an accepted line, epoch milliseconds.</summary>
    public void Add(string sid, long time)
    {
        if (_spans.TryGetValue(sid, out var span))
            span.Add(time);
    }

    /// <summary>Whether any line was taken for the session.</summary>
    public bool HasLines(string sid) => _spans.TryGetValue(sid, out var span) && span.Any;

    /// <summary>Hours from the session's first line to its last; 0 without lines.</summary>
    public double Hours(string sid) => _spans.TryGetValue(sid, out var span) && span.Any ? span.Milliseconds / 3_600_000.0 : 0;

    private sealed class SeenTimes
    {
        private long _first = long.MaxValue, _last = long.MinValue;

        public bool Any => _last >= _first;

        public long Milliseconds => _last - _first;

        public void Add(long time)
        {
            _first = Math.Min(_first, time);
            _last = Math.Max(_last, time);
        }
    }
}
