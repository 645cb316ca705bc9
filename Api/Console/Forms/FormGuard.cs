using Microsoft.AspNetCore.Antiforgery;
using Portcullis.Api.Console.Pages;

namespace Portcullis.Api.Console.Forms;

/// <summary>Refuses a form that does not come from a page of this console.</summary>
internal sealed class FormGuard(IAntiforgery antiforgery) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            await antiforgery.ValidateRequestAsync(context.HttpContext).ConfigureAwait(false);
        }
        catch (AntiforgeryValidationException)
        {
            return ErrorPage.Of(StatusCodes.Status400BadRequest, "This form is out of date", "Nothing was changed. Go back, reload the page and send the form again.");
        }
        return await next(context).ConfigureAwait(false);
    }
}
