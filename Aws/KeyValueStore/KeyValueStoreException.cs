using System.Net;

namespace Portcullis.Aws.KeyValueStore;

/// <summary>
/// A KeyValueStore refused a call or did not answer it. Says the operation, the error code and the request id, never the service's own
/// message: that may repeat values, which can be signing keys, or signed headers.
/// </summary>
public sealed class KeyValueStoreException : Exception
{
    internal KeyValueStoreException(string operation, HttpStatusCode status, string? code, string? requestId)
        : base($"{operation} was answered {(int)status}{(code is null ? "" : $" {code}")}{(requestId is null ? "" : $" (request {requestId})")}.")
    {
        Status = status;
        Code = code;
    }

    internal KeyValueStoreException(string operation, string what, Exception? inner = null)
        : base($"{operation} {what}", inner)
    {
    }

    /// <summary>The HTTP status; null without an answer.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>The service's error code, such as <c>ConflictException</c>; null without one.</summary>
    public string? Code { get; }

    /// <summary>Whether the store is in another state than the call assumed: the ETag is not the last one any more.</summary>
    public bool IsConflict => Status is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed;
}
