using System.Text;
using Microsoft.AspNetCore.Http;
using Portcullis.Tokens;

namespace Portcullis.Local.Edge;

/// <summary>The answers of the edge that hold no media.</summary>
internal static class EdgeAnswers
{
    public const string ReasonHeader = "X-Portcullis", ReferenceHeader = "X-Portcullis-Reference";

    private const string Methods = "GET, HEAD, OPTIONS";

    /// <summary>
    /// Lets any site read the answer. One that sends signed cookies is named: browsers hide credentialed answers from <c>*</c>. What
    /// admits the request is the unguessable sid and its signature, not where the page comes from.
    /// </summary>
    public static void AllowOrigin(EdgeExchange exchange)
    {
        var headers = exchange.Response.Headers;
        if (EdgeCookies.Of(exchange.Request.Headers) is null || exchange.Request.Headers.Origin is not [{ Length: > 0 } origin])
        {
            headers.AccessControlAllowOrigin = "*";
            return;
        }
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowCredentials = "true";
        headers.Vary = "Origin";
    }

    /// <summary>Answers a CORS preflight, which carries no token.</summary>
    public static void Preflight(EdgeExchange exchange)
    {
        exchange.Response.StatusCode = StatusCodes.Status204NoContent;
        var headers = exchange.Response.Headers;
        headers.AccessControlAllowMethods = Methods;
        headers.AccessControlAllowHeaders = "*";
        headers.AccessControlMaxAge = "86400";
        exchange.ResultType = "FunctionGeneratedResponse";
    }

    /// <summary>Refuses a method that is neither GET nor HEAD nor OPTIONS.</summary>
    public static ValueTask MethodNotAllowedAsync(EdgeExchange exchange)
    {
        exchange.Response.Headers.Allow = Methods;
        exchange.DetailedResultType = "InvalidRequestMethod";
        return ErrorAsync(exchange, StatusCodes.Status405MethodNotAllowed, "This method is not allowed.\n");
    }

    /// <summary>Answers that there is no such media.</summary>
    public static ValueTask NotFoundAsync(EdgeExchange exchange) =>
        ErrorAsync(exchange, StatusCodes.Status404NotFound, "There is nothing here.\n");

    /// <summary>Answers that the edge failed.</summary>
    public static ValueTask FailedAsync(EdgeExchange exchange) =>
        ErrorAsync(exchange, StatusCodes.Status500InternalServerError, "The edge could not answer.\n");

    /// <summary>Refuses a request for its token.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="rejection">Why.</param>
    /// <param name="sid">The session, when its signature has verified; only a blocked viewer is told a part of it.</param>
    public static ValueTask RefuseAsync(EdgeExchange exchange, TokenRejection rejection, string? sid)
    {
        exchange.Response.Headers[ReasonHeader] = rejection.PublicReason();
        exchange.LogData = $"no.{rejection.LogReason()}";
        var text = $"Playback refused: {rejection.PublicReason()}.\n";
        if (rejection == TokenRejection.Revoked && sid is not null)
        {
            var reference = SessionId.SupportReference(sid);
            exchange.Response.Headers[ReferenceHeader] = reference;
            text = $"Playback refused: this session was blocked. Reference for support: {reference}.\n";
        }
        exchange.ResultType = "FunctionGeneratedResponse";
        return TextAsync(exchange, rejection.Status(), text);
    }

    private static ValueTask ErrorAsync(EdgeExchange exchange, int status, string text)
    {
        exchange.ResultType = "Error";
        return TextAsync(exchange, status, text);
    }

    private static ValueTask TextAsync(EdgeExchange exchange, int status, string text)
    {
        var body = Encoding.ASCII.GetBytes(text);
        var response = exchange.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = body.Length;
        return exchange.SendAsync(body);
    }
}
