using Portcullis.Tokens;

namespace Portcullis.Logs;

/// <summary>Whether a line counts for a session.</summary>
public enum LineStanding
{
    /// <summary>Neither accepted nor refused: no token, a pre-flight, another behaviour of the distribution.</summary>
    Unrelated = 0,

    /// <summary>The edge accepted the request: it counts for the session.</summary>
    Accepted,

    /// <summary>The edge refused the request. It says nothing about the session whose id it may carry.</summary>
    Refused,
}

/// <summary>How far the lines of a stream can be believed to carry the edge function's log data.</summary>
public enum LogDataTrust
{
    /// <summary>Every accepted request carries <c>ok.&lt;sid&gt;</c>: the edge runs Portcullis' function.</summary>
    Required = 0,

    /// <summary>Where a line carries none, a sid in the path of a 200, 206 or 304 counts: foreign logs, SMDE's function.</summary>
    WhenPresent = 1,
}

/// <summary>Decides which lines count, and for whom.</summary>
public static class LineStandings
{
    /// <summary>Whether the line counts, and for which session.</summary>
    /// <param name="line">A parsed line.</param>
    /// <param name="trust">What the stream's edge writes.</param>
    /// <param name="sid">The session an accepted line counts for; empty otherwise.</param>
    public static LineStanding Judge(in LogLine line, LogDataTrust trust, out ReadOnlySpan<byte> sid)
    {
        sid = default;
        if (line.LogData.StartsWith("no."u8))
            return LineStanding.Refused;
        var plainRequest = !line.Method.SequenceEqual("OPTIONS"u8) && !line.Method.SequenceEqual("HEAD"u8);
        if (line.LogData.StartsWith("ok."u8))
        {
            // The sid may be followed by a remark, such as .unchecked: revocations could not be read.
            var written = line.LogData[3..];
            if (written.IndexOf((byte)'.') is >= 0 and var remark)
                written = written[..remark];
            if (!plainRequest || !SessionId.IsValid(written))
                return LineStanding.Unrelated;
            sid = written;
            return LineStanding.Accepted;
        }
        if (line.Status is 401 or 403)
            return LineStanding.Refused;
        if (trust == LogDataTrust.WhenPresent && line.LogData.IsEmpty && plainRequest && line.Status is 200 or 206 or 304 && !line.PathSid.IsEmpty)
        {
            sid = line.PathSid;
            return LineStanding.Accepted;
        }
        return LineStanding.Unrelated;
    }
}
