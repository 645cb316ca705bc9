using System.Buffers.Text;
using System.Security.Cryptography;
using Portcullis.Engine;

namespace Portcullis.Local.Edge;

/// <summary>What the edge logs of a request, in the fields of <see cref="Logs.LogFieldList.DefaultText"/>.</summary>
internal sealed record EdgeLogEntry
{
    /// <summary>Status of a request whose viewer went away before the answer was sent, as CloudFront writes it.</summary>
    public const string ViewerGone = "000";

    private const string EdgeLocation = "LOCAL50-P1";

    /// <summary>When the request was done.</summary>
    public required DateTimeOffset At { get; init; }

    public string? Ip { get; init; }

    public required string Status { get; init; }

    /// <summary>Bytes of the body that were sent. CloudFront counts the headers too; no detector reads them.</summary>
    public long Bytes { get; init; }

    public required string Method { get; init; }

    public string? Host { get; init; }

    /// <summary>Path and query as the viewer asked.</summary>
    public required string Uri { get; init; }

    public required string RequestId { get; init; }

    public TimeSpan TimeTaken { get; init; }

    public string? UserAgent { get; init; }

    public string? Referer { get; init; }

    public required string ResultType { get; init; }

    public string? ContentType { get; init; }

    public ByteRange? Range { get; init; }

    public required string DetailedResultType { get; init; }

    public string? Country { get; init; }

    public string? Asn { get; init; }

    public Cmcd Cmcd { get; init; } = Cmcd.None;

    /// <summary>What CloudFront's edge function hands to <c>cf.logCustomData</c>: <c>ok.&lt;sid&gt;</c> or <c>no.&lt;reason&gt;</c>.</summary>
    public string? LogData { get; init; }

    /// <summary>Draws a request id of 54 URL-safe random characters and <c>==</c>, the length of CloudFront's.</summary>
    public static string DrawRequestId()
    {
        Span<byte> random = stackalloc byte[40];
        RandomNumberGenerator.Fill(random);
        return string.Concat(Base64Url.EncodeToString(random), "==");
    }

    /// <summary>Writes the entry as one line.</summary>
    public void AppendTo(ILogAppender log)
    {
        using var line = new EdgeLogLine(1024);
        line.Seconds(At.ToUnixTimeMilliseconds());
        line.Text(Ip);
        line.Text(Status);
        line.Number(Bytes);
        line.Text(Method);
        line.Text(Host);
        line.Text(Uri);
        line.Text(EdgeLocation);
        line.Text(RequestId);
        line.Seconds((long)TimeTaken.TotalMilliseconds);
        line.Text(UserAgent);
        line.Text(Referer);
        line.Text(ResultType);
        line.Text(ContentType);
        line.Number(Range?.Start);
        line.Number(Range?.End);
        line.Text(DetailedResultType);
        line.Text(Country);
        line.Text(Asn);
        line.Text(Cmcd.ObjectDuration);
        line.Text(Cmcd.ObjectType);
        line.Text(Cmcd.PlaybackRate);
        line.Text(Cmcd.SessionId);
        line.Text(LogData);
        log.TryAppend(line.Written);
    }
}
