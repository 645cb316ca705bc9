using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Portcullis.Access;
using Portcullis.Api.Access;
using Portcullis.Engine;

namespace Portcullis.Api.Tests.Service;

/// <summary>Sets the console's cookie for the first key of the role in the query, as its sign-in does.</summary>
internal static class ConsoleSignIn
{
    public static Task HandleAsync(HttpContext context)
    {
        var role = Enum.Parse<ApiRole>(context.Request.Query["role"]!, ignoreCase: true);
        var key = context.RequestServices.GetRequiredService<IApiKeyStore>().List().Last(key => key.Role == role);
        var identity = new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, key.Id), new(ClaimTypes.Name, key.Name), new(ClaimTypes.Role, key.Role.ToString())], AccessScheme.Console);
        return context.SignInAsync(AccessScheme.Console, new ClaimsPrincipal(identity));
    }
}
