using Portcullis.Api.Console.Forms;
using Portcullis.Api.Console.Views;

namespace Portcullis.Api.Console;

/// <summary>The operator console: Razor components rendered on the server, without circuits.</summary>
internal static class ConsoleSetup
{
    // No inline script or style and nothing from another host: injected markup can neither run nor send anything anywhere.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void AddConsole(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "portcullis-form";
            antiforgery.Cookie.HttpOnly = true;
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            // It would replace our own, stricter header.
            antiforgery.SuppressXFrameOptionsHeader = true;
        });
        services.AddSingleton<OverviewReader>();
        services.AddSingleton<HeldReader>();
        services.AddSingleton<SessionReader>();
        services.AddSingleton<SessionSearch>();
    }

    public static void UseConsoleHeaders(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers["Referrer-Policy"] = "no-referrer";
            headers.XFrameOptions = "DENY";
            return next(context);
        });
        // Modules name each other without a version, so browsers ask whether theirs are current.
        app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache" });
    }

    public static void MapConsole(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapConsolePages();
        app.MapConsoleForms();
    }
}
