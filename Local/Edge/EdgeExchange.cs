using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Portcullis.Local.Edge;

/// <summary>One request, its answer, and what the log will say of both.</summary>
internal sealed class EdgeExchange
{
    private readonly TimeProvider _time;
    private readonly long _started;
    private long _bytes;

    public EdgeExchange(HttpContext context, bool trusted, TimeProvider time)
    {
        _time = time;
        _started = time.GetTimestamp();
        Context = context;
        Target = RequestTarget.Of(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        Origin = ViewerOrigin.Of(context, trusted);
    }

    public HttpContext Context { get; }

    public HttpRequest Request => Context.Request;

    public HttpResponse Response => Context.Response;

    public RequestTarget Target { get; }

    public ViewerOrigin Origin { get; }

    public EdgeViewer Viewer => new(Request.Headers, Target, Origin);

    /// <summary>CloudFront's x-edge-result-type.</summary>
    public string ResultType { get; set; } = "Error";

    /// <summary>CloudFront's x-edge-detailed-result-type; null when it says no more than the result type.</summary>
    public string? DetailedResultType { get; set; }

    /// <summary>The range that is sent; null for the whole.</summary>
    public ByteRange? Range { get; set; }

    public string? LogData { get; set; }

    /// <summary>Whether the viewer went away before everything was sent.</summary>
    public bool IsAborted { get; set; }

    /// <summary>Sends a piece of the body, unless the method is HEAD.</summary>
    /// <exception cref="OperationCanceledException">The viewer went away.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> piece)
    {
        if (HttpMethods.IsHead(Request.Method))
            return;
        Context.RequestAborted.ThrowIfCancellationRequested();
        await Response.Body.WriteAsync(piece, Context.RequestAborted);
        _bytes += piece.Length;
    }

    /// <summary>The log entry of the exchange, which is done now.</summary>
    public EdgeLogEntry ToLogEntry() => new()
    {
        At = _time.GetUtcNow(),
        Ip = Origin.Address?.ToString(),
        // CloudFront writes 000 when the viewer leaves before it could answer; here also in the midst of an answer, so that bytes
        // that nobody received count nowhere.
        Status = IsAborted ? EdgeLogEntry.ViewerGone : Response.StatusCode.ToString(CultureInfo.InvariantCulture),
        Bytes = IsAborted ? 0 : _bytes,
        Method = Request.Method,
        Host = Request.Host.Value,
        Uri = Target.Text,
        RequestId = EdgeLogEntry.DrawRequestId(),
        TimeTaken = _time.GetElapsedTime(_started),
        UserAgent = Request.Headers.UserAgent.ToString(),
        Referer = Request.Headers.Referer.ToString(),
        ResultType = IsAborted ? "Error" : ResultType,
        ContentType = Response.ContentType,
        Range = Range,
        DetailedResultType = IsAborted ? "ClientHungUpRequest" : DetailedResultType ?? ResultType,
        Country = Origin.Country,
        Asn = Origin.Asn,
        Cmcd = Cmcd.Of(Target, Request.Headers),
        LogData = LogData,
    };
}
