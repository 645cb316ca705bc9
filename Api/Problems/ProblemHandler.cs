using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Portcullis.Assets;
using Portcullis.Engine;

namespace Portcullis.Api.Problems;

/// <summary>Turns exceptions into problem details that name the field and never repeat a value of the request.</summary>
internal sealed partial class ProblemHandler(ILogger<ProblemHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception error, CancellationToken cancellation)
    {
        switch (error)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                await Problem.WriteAsync(context, 413, "too-large", "The body may have 65,536 bytes at most.").ConfigureAwait(false);
                return true;
            case BadHttpRequestException { InnerException: JsonException json }:
                var field = FieldOf(json);
                await Problem.WriteAsync(context, 400, "invalid-request", $"{field.Field}: {field.Error}", [field]).ConfigureAwait(false);
                return true;
            case BadHttpRequestException bad:
                await Problem.WriteAsync(context, bad.StatusCode, bad.StatusCode == 415 ? "unsupported-media-type" : "invalid-request", Detail(bad)).ConfigureAwait(false);
                return true;
            case StoreUnavailableException unavailable:
                context.Response.Headers.RetryAfter = "2";
                await Problem.WriteAsync(context, 503, "store-unavailable", unavailable.Message).ConfigureAwait(false);
                return true;
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                return true;
            default:
                LogUnhandled(context.Request.Method, context.GetEndpoint()?.DisplayName ?? "no endpoint", error);
                await Problem.WriteAsync(context, 500, "internal-error", "The request failed; the service's log says why.").ConfigureAwait(false);
                return true;
        }
    }

    private static string Detail(BadHttpRequestException bad) => bad.StatusCode switch
    {
        415 => "The body must be JSON: Content-Type: application/json.",
        _ when bad.Message.StartsWith("Failed to bind parameter", StringComparison.Ordinal) => Parameter().Match(bad.Message) is { Success: true } match
            ? $"{match.Groups[1].Value}: has the wrong type"
            : "A parameter has the wrong type.",
        _ when bad.Message.Contains("body", StringComparison.OrdinalIgnoreCase) => "body: JSON is needed",
        _ => "The request cannot be read.",
    };

    private static FieldError FieldOf(JsonException json)
    {
        var path = json.Path is null or "$" ? "" : json.Path.StartsWith("$.", StringComparison.Ordinal) ? json.Path[2..] : json.Path;
        if (json.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
            return new(path.Length > 0 ? path : Quoted().Match(json.Message).Groups[1].Value, "is not a known field");
        if (json.Message.Contains("missing required properties", StringComparison.Ordinal))
        {
            var missing = Quoted().Matches(json.Message[json.Message.IndexOf("including", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value);
            return new(string.Join(", ", missing.Select(name => path.Length == 0 ? name : $"{path}.{name}")), "is required");
        }
        return path.Length == 0 ? new("body", "is not valid JSON") : new(path, "has the wrong type or is not valid JSON");
    }

    [GeneratedRegex("'([A-Za-z0-9_]+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex("parameter \"[^\"]* ([A-Za-z0-9_]+)\"")]
    private static partial Regex Parameter();

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} failed")]
    private partial void LogUnhandled(string method, string endpoint, Exception error);
}
