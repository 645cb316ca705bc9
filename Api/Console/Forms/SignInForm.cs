using Microsoft.AspNetCore.Authentication;
using Portcullis.Access;
using Portcullis.Api.Access;
using Portcullis.Api.Console.Pages;
using Portcullis.Engine;

namespace Portcullis.Api.Console.Forms;

/// <summary>Signing in with an API key, and out.</summary>
internal static class SignInForm
{
    // The same for every refusal. A key cannot be guessed; this only keeps a script from trying at full speed on one connection.
    private static readonly TimeSpan RefusalDelay = TimeSpan.FromMilliseconds(400);

    public static async Task<IResult> SignInAsync(HttpContext context, IApiKeyStore keys, TimeProvider time, CancellationToken cancellation)
    {
        var form = context.Request.Form;
        var target = LocalPath.OrHome(form[ConsoleForms.To]);
        var principal = ApiKeyAuthentication.SignIn(keys, form[ConsoleForms.Key].ToString().Trim(), AccessScheme.Console);
        if (principal?.Includes(ApiRole.Operator) is not true)
        {
            await Task.Delay(RefusalDelay, time, cancellation).ConfigureAwait(false);
            return principal is null
                ? Refuse(target, StatusCodes.Status401Unauthorized, "There is no such key. Check that you copied all of it.")
                : Refuse(target, StatusCodes.Status403Forbidden, "This key may only issue tokens. The console needs a key with the role operator or admin.");
        }
        await context.SignInAsync(AccessScheme.Console, principal!).ConfigureAwait(false);
        return Results.LocalRedirect(target);
    }

    public static async Task<IResult> SignOutAsync(HttpContext context)
    {
        await context.SignOutAsync(AccessScheme.Console).ConfigureAwait(false);
        return Results.LocalRedirect(ConsoleAccess.SignInPath);
    }

    private static Page<SignInPage> Refuse(string target, int status, string error) => new(new { To = target, Error = error }, status);
}
