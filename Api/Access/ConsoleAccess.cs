using Microsoft.AspNetCore.Authentication.Cookies;
using Portcullis.Api.Problems;
using Portcullis.Engine;
using System.Security.Claims;

namespace Portcullis.Api.Access;

/// <summary>The console's cookie: made from an API key at sign-in, and void as soon as that key is removed.</summary>
internal static class ConsoleAccess
{
    public const string CookieName = "portcullis-console", SignInPath = "/sign-in";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = CookieName;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = Lifetime;
        options.SlidingExpiration = true;
        options.LoginPath = SignInPath;
        options.ReturnUrlParameter = "to";
        options.Events.OnValidatePrincipal = context =>
        {
            var id = context.Principal?.FindFirstValue(ClaimTypes.NameIdentifier);
            if (!context.HttpContext.RequestServices.GetRequiredService<IApiKeyStore>().List().Any(key => key.Id == id))
                context.RejectPrincipal();
            return Task.CompletedTask;
        };
        options.Events.OnRedirectToLogin = context => Refuse(context, StatusCodes.Status401Unauthorized, "unauthorized", "Sign in to the console, or send an API key.");
        options.Events.OnRedirectToAccessDenied = context => Refuse(context, StatusCodes.Status403Forbidden, "forbidden", "The key you signed in with may not do this.");
    }

    /// <summary>The API answers with a status; pages send people to the sign-in.</summary>
    private static Task Refuse(Microsoft.AspNetCore.Authentication.RedirectContext<CookieAuthenticationOptions> context, int status, string type, string detail)
    {
        if (status == StatusCodes.Status401Unauthorized && context.Request.Path.StartsWithSegments("/v1"))
            context.Response.Headers.WWWAuthenticate = "Bearer";
        if (context.Request.Path.StartsWithSegments("/v1") || status == StatusCodes.Status403Forbidden)
            return Problem.WriteAsync(context.HttpContext, status, type, detail);
        // The answer to a form is no page to come back to.
        context.Response.Redirect(HttpMethods.IsGet(context.Request.Method) ? context.RedirectUri : SignInPath);
        return Task.CompletedTask;
    }
}
