namespace Portcullis.Logs;

/// <summary>One parsed log line: spans into the line's bytes, still URL-encoded; empty where the line had <c>-</c>.</summary>
/// <remarks>
/// The request's URI is cut at once: the bearer token and the query are nowhere in this type.
/// </remarks>
public readonly ref struct LogLine
{
    /// <summary>When the edge finished responding, epoch milliseconds.</summary>
    public long Time { get; init; }

    /// <summary>The viewer's address as a 128-bit number; IPv4 as IPv4-mapped.</summary>
    public UInt128 ClientAddress { get; init; }

    /// <summary>The viewer's address as text.</summary>
    public ReadOnlySpan<byte> ClientIp { get; init; }

    /// <summary>HTTP status; 0 where the viewer went away before one was sent.</summary>
    public int Status { get; init; }

    /// <summary>Bytes sent to the viewer.</summary>
    public long Bytes { get; init; }

    /// <summary>HTTP method; empty where the field list has none.</summary>
    public ReadOnlySpan<byte> Method { get; init; }

    /// <summary>Host header.</summary>
    public ReadOnlySpan<byte> Host { get; init; }

    /// <summary>The session id in front of the token in the path; empty where there is none. Anybody can write one.</summary>
    public ReadOnlySpan<byte> PathSid { get; init; }

    /// <summary>The path behind the token, or the whole path where there is no token; without query.</summary>
    public ReadOnlySpan<byte> MediaPath { get; init; }

    /// <summary>The edge's id of the request.</summary>
    public ReadOnlySpan<byte> RequestId { get; init; }

    /// <summary>How long the edge took to answer, in milliseconds; 0 where the field list has none.</summary>
    public int TimeTaken { get; init; }

    /// <summary>First byte of a ranged response, or 0.</summary>
    public long RangeStart { get; init; }

    /// <summary>Last byte of a ranged response, or 0.</summary>
    public long RangeEnd { get; init; }

    /// <summary>CMCD object duration, in milliseconds, or 0.</summary>
    public uint CmcdObjectDuration { get; init; }

    /// <summary>User agent.</summary>
    public ReadOnlySpan<byte> UserAgent { get; init; }

    /// <summary>Content type of the response.</summary>
    public ReadOnlySpan<byte> ContentType { get; init; }

    /// <summary>Tells referers apart without showing them: players may send the tokenised URL of a playlist.</summary>
    public ulong RefererKey => StableHash.Of(Referer);

    /// <summary>Referer as logged; goes in and does not come out.</summary>
    internal ReadOnlySpan<byte> Referer { private get; init; }

    /// <summary>Country code.</summary>
    public ReadOnlySpan<byte> Country { get; init; }

    /// <summary>Autonomous system number, or 0.</summary>
    public uint Asn { get; init; }

    /// <summary>CMCD object type.</summary>
    public ReadOnlySpan<byte> CmcdObjectType { get; init; }

    /// <summary>CMCD session id.</summary>
    public ReadOnlySpan<byte> CmcdSessionId { get; init; }

    /// <summary>What the edge function wrote.</summary>
    public ReadOnlySpan<byte> LogData { get; init; }
}
