using Portcullis.Api.Console.Pages;
using Portcullis.Api.Problems;

namespace Portcullis.Api.Console;

/// <summary>Answers without a body: a page for people at a browser, problem details for programs.</summary>
internal static class StatusPages
{
    public static Task WriteAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var missing = status == StatusCodes.Status404NotFound;
        if (WantsPage(context))
        {
            var (title, text) = missing ? ("Page not found", "There is nothing at this address.") : ("This did not work", "The request was refused.");
            return ErrorPage.Of(status, title, text).ExecuteAsync(context);
        }
        return Problem.WriteAsync(context, status);
    }

    private static bool WantsPage(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/v1")
        && !context.Request.Path.StartsWithSegments("/health")
        && context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase) && type.Quality is not 0);
}
