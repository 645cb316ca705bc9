namespace Portcullis.Api.Access;

/// <summary>Which of the two ways to sign in a request is judged by.</summary>
internal static class AccessScheme
{
    public const string Either = "Either", Console = "Console";

    /// <summary>
    /// A key where one is sent. The console's cookie counts for its pages and for reading the API; what changes something through the
    /// API needs a key, so that no other site can make a signed-in browser do it.
    /// </summary>
    public static string Of(HttpContext context)
    {
        var api = context.Request.Path.StartsWithSegments("/v1");
        if (context.Request.Headers.Authorization.Count > 0 || (api && !HttpMethods.IsGet(context.Request.Method)))
            return ApiKeyAuthentication.SchemeName;
        return !api || context.Request.Cookies.ContainsKey(ConsoleAccess.CookieName) ? Console : ApiKeyAuthentication.SchemeName;
    }
}
