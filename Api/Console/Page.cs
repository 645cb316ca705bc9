using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Portcullis.Api.Console;

/// <summary>A page as an answer: never kept by a browser or a proxy, since it shows who watches what.</summary>
/// <typeparam name="TComponent">The page's component; its layout is rendered around it.</typeparam>
/// <param name="parameters">An object whose properties are the component's parameters.</param>
/// <param name="status">HTTP status.</param>
internal sealed class Page<TComponent>(object parameters, int status = StatusCodes.Status200OK) : IResult
    where TComponent : IComponent
{
    public Task ExecuteAsync(HttpContext context)
    {
        // As antiforgery would set it: with anything else it warns of replacing it.
        context.Response.Headers.CacheControl = "no-cache, no-store";
        return new RazorComponentResult<TComponent>(parameters) { StatusCode = status, PreventStreamingRendering = true }.ExecuteAsync(context);
    }
}
