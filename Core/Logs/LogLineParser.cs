using System.Buffers.Text;
using System.Text.Unicode;
using Portcullis.Tokens;

namespace Portcullis.Logs;

/// <summary>Parses CloudFront real-time log lines by a field list, without allocating.</summary>
public static class LogLineParser
{
    /// <summary>Longest line that is parsed, in bytes. CloudFront's own stay under 40 KB.</summary>
    public const int MaxLength = 65_536;

    private const long LeastTime = 1_000_000_000_000, MostTime = 9_999_999_999_999;

    /// <summary>Whether a line is a comment of a log file, such as <c>#Version:</c> or <c>#Fields:</c>.</summary>
    public static bool IsDirective(ReadOnlySpan<byte> line) => line.StartsWith((byte)'#');

    /// <summary>Reads the time of the line that a text starts with; null when it has none.</summary>
    /// <returns>Epoch milliseconds.</returns>
    public static long? PeekTime(ReadOnlySpan<byte> text, LogFieldList fields)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            var end = text.IndexOfAny((byte)'\t', (byte)'\n');
            if (fields.Fields[i] == LogField.Timestamp)
                return TryParseTime(end < 0 ? text : text[..end], out var time) ? time : null;
            if (end < 0 || text[end] == '\n')
                return null;
            text = text[(end + 1)..];
        }
        return null;
    }

    /// <summary>Parses one line without its line feed.</summary>
    /// <param name="line">UTF-8, tab-separated.</param>
    /// <param name="fields">The configured field list.</param>
    /// <param name="parsed">The line; only valid when the result is <see cref="LineFault.None"/> and while the bytes live.</param>
    public static LineFault TryParse(ReadOnlySpan<byte> line, LogFieldList fields, out LogLine parsed)
    {
        parsed = default;
        if (line.EndsWith((byte)'\r'))
            line = line[..^1];
        if (line.Length > MaxLength)
            return LineFault.TooLong;
        if (!Utf8.IsValid(line))
            return LineFault.Encoding;

        long time = 0, bytes = 0, rangeStart = 0, rangeEnd = 0;
        int status = -1, taken = 0;
        uint asn = 0, duration = 0;
        UInt128 address = 0;
        ReadOnlySpan<byte> ip = default, method = default, host = default, uri = default, requestId = default, userAgent = default,
            contentType = default, referer = default, country = default, objectType = default, cmcdSession = default, logData = default;

        var rest = line;
        var list = fields.Fields;
        for (var i = 0; i < list.Length; i++)
        {
            var tab = rest.IndexOf((byte)'\t');
            if (tab < 0 != (i == list.Length - 1))
                return LineFault.FieldCount;
            var value = tab < 0 ? rest : rest[..tab];
            rest = tab < 0 ? default : rest[(tab + 1)..];
            if (value is [(byte)'-'])
                value = default;
            switch (list[i])
            {
                case LogField.Timestamp:
                    if (!TryParseTime(value, out time))
                        return LineFault.Timestamp;
                    break;
                case LogField.ClientIp:
                    if (!ClientAddress.TryParse(value, out address))
                        return LineFault.Address;
                    ip = value;
                    break;
                case LogField.Status:
                    if (value.Length != 3 || !Utf8Parser.TryParse(value, out status, out var used) || used != 3 || status is < 0 or > 999)
                        return LineFault.Status;
                    break;
                case LogField.Bytes:
                    bytes = Utf8Parser.TryParse(value, out long sent, out _) && sent > 0 ? sent : 0;
                    break;
                case LogField.Asn:
                    asn = Utf8Parser.TryParse(value, out uint number, out _) ? number : 0;
                    break;
                case LogField.TimeTaken:
                    taken = ParseTaken(value);
                    break;
                case LogField.RangeStart:
                    rangeStart = Utf8Parser.TryParse(value, out long first, out _) && first > 0 ? first : 0;
                    break;
                case LogField.RangeEnd:
                    rangeEnd = Utf8Parser.TryParse(value, out long last, out _) && last > 0 ? last : 0;
                    break;
                case LogField.CmcdObjectDuration:
                    duration = Utf8Parser.TryParse(value, out uint said, out _) ? said : 0;
                    break;
                case LogField.Method: method = value; break;
                case LogField.Host: host = value; break;
                case LogField.Uri: uri = value; break;
                case LogField.RequestId: requestId = value; break;
                case LogField.UserAgent: userAgent = value; break;
                case LogField.ContentType: contentType = value; break;
                case LogField.Referer: referer = value; break;
                case LogField.Country: country = value; break;
                case LogField.CmcdObjectType: objectType = value; break;
                case LogField.CmcdSessionId: cmcdSession = value; break;
                case LogField.LogData: logData = value; break;
                default: break;
            }
        }
        Cut(uri, out var sid, out var path);
        if (sid.IsEmpty)
            CutSignedForm(logData, ref sid, ref path);
        parsed = new LogLine
        {
            Time = time,
            ClientAddress = address,
            ClientIp = ip,
            Status = status,
            Bytes = bytes,
            Method = method,
            Host = host,
            PathSid = sid,
            MediaPath = path,
            RequestId = requestId,
            TimeTaken = taken,
            RangeStart = rangeStart,
            RangeEnd = rangeEnd,
            CmcdObjectDuration = duration,
            UserAgent = userAgent,
            ContentType = contentType,
            Referer = referer,
            Country = country,
            Asn = asn,
            CmcdObjectType = objectType,
            CmcdSessionId = cmcdSession,
            LogData = logData,
        };
        return LineFault.None;
    }

    /// <summary>Cuts a logged URI to sid and media path. What stands between them is the bearer token: it goes no further.</summary>
    private static void Cut(ReadOnlySpan<byte> uri, out ReadOnlySpan<byte> sid, out ReadOnlySpan<byte> path)
    {
        sid = default;
        var query = uri.IndexOf((byte)'?');
        path = query < 0 ? uri : uri[..query];
        switch (TokenSegment.TryCut(path, out var token))
        {
            case TokenRejection.None:
                sid = token.Sid;
                path = token.Rest;
                break;
            case TokenRejection.Malformed:
                // Perhaps a damaged token: nothing of that segment is kept.
                path = path[(path[1..].IndexOf((byte)'/') + 1)..];
                break;
            default:
                // A token without a path behind it ends the URI; file names have one dot.
                if (path.Length > 1 && path[1..].IndexOf((byte)'/') < 0 && path.Count((byte)'.') > 1)
                    path = default;
                break;
        }
    }

    /// <summary>
    /// Takes the sid off the path of a signed URL, <c>/&lt;sid&gt;/original/path</c>: only where the edge has accepted the request for
    /// just this sid, as a folder may look like one.
    /// </summary>
    private static void CutSignedForm(ReadOnlySpan<byte> logData, ref ReadOnlySpan<byte> sid, ref ReadOnlySpan<byte> path)
    {
        if (!logData.StartsWith("ok."u8) || path.IsEmpty || path[0] != '/')
            return;
        var accepted = logData[3..];
        if (accepted.Length < SessionId.MinRandomLength || path.Length < accepted.Length + 2 || path[accepted.Length + 1] != '/' || !path.Slice(1, accepted.Length).SequenceEqual(accepted))
            return;
        sid = accepted;
        path = path[(accepted.Length + 1)..];
    }

    /// <summary>Seconds with a fraction, as milliseconds; 0 for what is no such number.</summary>
    private static int ParseTaken(ReadOnlySpan<byte> text)
    {
        var milliseconds = 0L;
        var scale = 1000;
        var fraction = false;
        foreach (var c in text)
        {
            if (c == '.' && !fraction)
                fraction = true;
            else if (c is < (byte)'0' or > (byte)'9' || milliseconds > int.MaxValue / 16)
                return 0;
            else if (fraction)
                milliseconds += (c - '0') * (scale /= 10);
            else
                milliseconds = (milliseconds * 10) + ((c - '0') * 1000);
        }
        return (int)milliseconds;
    }

    private static bool TryParseTime(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (!Utf8Parser.TryParse(text, out long seconds, out var used))
            return false;
        var fraction = 0;
        if (used < text.Length)
        {
            if (text[used] != '.')
                return false;
            var digits = text[(used + 1)..];
            if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
                return false;
            for (var i = 0; i < 3; i++)
                fraction = (fraction * 10) + (i < digits.Length ? digits[i] - '0' : 0);
        }
        if (seconds is < LeastTime / 1000 or > MostTime / 1000)
            return false;
        milliseconds = (seconds * 1000) + fraction;
        return true;
    }
}
