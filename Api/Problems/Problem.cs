using Microsoft.AspNetCore.Mvc;
using Portcullis.Assets;

namespace Portcullis.Api.Problems;

/// <summary>Errors as RFC 9457 problem details, with stable types.</summary>
internal static class Problem
{
    public static IResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, "not-found", detail);

    public static IResult Conflict(string detail) => Of(StatusCodes.Status409Conflict, "conflict", detail);

    public static IResult Invalid(string field, string error) => Invalid([new FieldError(field, error)]);

    public static IResult Invalid(IReadOnlyList<FieldError> errors) => Results.Problem(Details(
        StatusCodes.Status400BadRequest, "invalid-request", string.Join("; ", errors.Select(error => $"{error.Field}: {error.Error}")), errors));

    public static IResult Of(int status, string type, string detail, IReadOnlyList<FieldError>? errors = null) => Results.Problem(Details(status, type, detail, errors));

    /// <summary>Problem details with further members.</summary>
    public static IResult Of(int status, string type, string detail, IReadOnlyDictionary<string, object?> members)
    {
        var details = Details(status, type, detail, null);
        foreach (var (name, value) in members)
            details.Extensions[name] = value;
        return Results.Problem(details);
    }

    public static Task WriteAsync(HttpContext context, int status, string type, string detail, IReadOnlyList<FieldError>? errors = null) =>
        Of(status, type, detail, errors).ExecuteAsync(context);

    /// <summary>A status that the server or the routing came to, before any endpoint had its say.</summary>
    public static Task WriteAsync(HttpContext context, int status) => status switch
    {
        404 => WriteAsync(context, status, "not-found", "There is nothing at this address."),
        405 => WriteAsync(context, status, "method-not-allowed", "This address does not know the method; see the header Allow."),
        413 => WriteAsync(context, status, "too-large", "The body may have 65,536 bytes at most."),
        415 => WriteAsync(context, status, "unsupported-media-type", "The body must be JSON in UTF-8: Content-Type: application/json."),
        _ => WriteAsync(context, status, "request-failed", "The request was refused."),
    };

    private static ProblemDetails Details(int status, string type, string detail, IReadOnlyList<FieldError>? errors)
    {
        var details = new ProblemDetails { Type = $"urn:portcullis:problem:{type}", Title = Title(status), Status = status, Detail = detail };
        if (errors is { Count: > 0 })
            details.Extensions["errors"] = errors.GroupBy(error => error.Field).ToDictionary(group => group.Key, group => group.Select(error => error.Error).ToArray());
        return details;
    }

    private static string Title(int status) => status switch
    {
        400 => "The request is not valid",
        401 => "Not signed in",
        403 => "Not allowed",
        404 => "Not found",
        405 => "Method not allowed",
        409 => "In conflict with the current state",
        413 => "The request is too large",
        415 => "The content type is not supported",
        429 => "Too many requests",
        503 => "Not available at the moment",
        _ => "The request failed",
    };
}
