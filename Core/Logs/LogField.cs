namespace Portcullis.Logs;

/// <summary>The fields of a CloudFront real-time log line that Portcullis reads. Others are passed over.</summary>
public enum LogField : byte
{
    /// <summary>A field that is not read.</summary>
    Other = 0,

    /// <summary><c>timestamp</c>: epoch seconds with milliseconds; when the edge finished responding.</summary>
    Timestamp,

    /// <summary><c>c-ip</c></summary>
    ClientIp,

    /// <summary><c>sc-status</c></summary>
    Status,

    /// <summary><c>sc-bytes</c></summary>
    Bytes,

    /// <summary><c>cs-method</c></summary>
    Method,

    /// <summary><c>cs-host</c></summary>
    Host,

    /// <summary><c>cs-uri-stem</c>: path and query, as the viewer asked</summary>
    Uri,

    /// <summary><c>x-edge-location</c></summary>
    EdgeLocation,

    /// <summary><c>x-edge-request-id</c></summary>
    RequestId,

    /// <summary><c>time-taken</c>: seconds</summary>
    TimeTaken,

    /// <summary><c>cs-user-agent</c></summary>
    UserAgent,

    /// <summary><c>cs-referer</c></summary>
    Referer,

    /// <summary><c>x-edge-result-type</c></summary>
    ResultType,

    /// <summary><c>sc-content-type</c></summary>
    ContentType,

    /// <summary><c>sc-range-start</c></summary>
    RangeStart,

    /// <summary><c>sc-range-end</c></summary>
    RangeEnd,

    /// <summary><c>x-edge-detailed-result-type</c></summary>
    DetailedResultType,

    /// <summary><c>c-country</c></summary>
    Country,

    /// <summary><c>asn</c></summary>
    Asn,

    /// <summary><c>cmcd-object-duration</c>: milliseconds</summary>
    CmcdObjectDuration,

    /// <summary><c>cmcd-object-type</c></summary>
    CmcdObjectType,

    /// <summary><c>cmcd-playback-rate</c></summary>
    CmcdPlaybackRate,

    /// <summary><c>cmcd-session-id</c></summary>
    CmcdSessionId,

    /// <summary><c>viewer-request-log-data</c>: what the edge function wrote</summary>
    LogData,
}
