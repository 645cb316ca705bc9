using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;
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
            case BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad:
                await Problem.Invalid(FaultsOf(bad)).ExecuteAsync(context).ConfigureAwait(false);
                return true;
            case BadHttpRequestException bad:
                await Problem.WriteAsync(context, bad.StatusCode).ConfigureAwait(false);
                return true;
            // A body in a charset that nobody knows.
            case InvalidOperationException when HasForeignCharset(context.Request):
                await Problem.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType).ConfigureAwait(false);
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

    private static IReadOnlyList<FieldError> FaultsOf(BadHttpRequestException bad)
    {
        if (bad.InnerException is JsonException json)
            return BodyFault.Of(json);
        if (Parameter().Match(bad.Message) is { Success: true } parameter)
            return [new(JsonNamingPolicy.CamelCase.ConvertName(parameter.Groups[2].Value), AllowedOf(parameter.Groups[1].Value))];
        return [new("body", "must be a JSON object")];
    }

    private static string AllowedOf(string type) => type switch
    {
        _ when type.Contains("DateTimeOffset", StringComparison.Ordinal) => "must be a time such as 2026-01-31T20:00:00Z",
        _ when type.Contains("int", StringComparison.OrdinalIgnoreCase) || type.Contains("long", StringComparison.Ordinal) => "must be a whole number",
        _ => "has the wrong type",
    };

    private static bool HasForeignCharset(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("parameter \"([^\" ]+) ([A-Za-z0-9_]+)\"")]
    private static partial Regex Parameter();

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} failed")]
    private partial void LogUnhandled(string method, string endpoint, Exception error);
}
