namespace Portcullis.Api.Console;

/// <summary>The operator console: Razor components rendered on the server, without circuits.</summary>
internal static class ConsoleSetup
{
    public static void AddConsole(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAntiforgery();
    }

    public static void UseConsoleHeaders(this WebApplication app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        return next(context);
    });

    public static void MapConsole(this WebApplication app) => app.UseAntiforgery();
}
