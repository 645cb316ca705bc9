namespace Portcullis.Traffic.Lines;

/// <summary>How the edge answered: what x-edge-result-type and sc-status say together.</summary>
internal enum EdgeAnswer : byte
{
    Hit,
    Miss,
    RefreshHit,

    /// <summary>The player has the playlist already: 304.</summary>
    NotModified,

    /// <summary>The viewer closed the connection: 000.</summary>
    Aborted,

    /// <summary>The origin does not have it, or not yet: 404.</summary>
    NotFound,

    /// <summary>The origin failed: 502, 503 or 504.</summary>
    OriginError,

    /// <summary>The edge function refused: 401 or 403.</summary>
    Refused,
}

/// <summary>Why the edge function refused, as it logs it.</summary>
internal enum Refusal : byte
{
    None,
    Signature,
    Expired,
    Session,
    Malformed,
    Path,
    Missing,
}

/// <summary>The method of a request.</summary>
internal enum Method : byte
{
    Get,
    Head,
    Options,
}
