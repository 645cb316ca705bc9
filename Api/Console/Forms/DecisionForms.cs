using System.Security.Claims;
using Portcullis.Api.Console.Pages;
using Portcullis.Api.Endpoints;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Api.Console.Forms;

/// <summary>Revoking and lifting by hand, through the same desk as the API.</summary>
internal static class DecisionForms
{
    public static async Task<IResult> RevokeAsync(string sid, HttpContext context, ClaimsPrincipal user, RevocationDesk desk, CancellationToken cancellation)
    {
        var subject = Subject.Session(sid);
        if (!subject.IsValid)
            return ErrorPage.Of(StatusCodes.Status404NotFound, "Session not found", "No session has an id of this form.");
        return await DecideAsync(context, async reason =>
        {
            await desk.RevokeAsync(subject, reason, user.Identity!.Name!, null, cancellation).ConfigureAwait(false);
            return Notice.Revoked;
        }).ConfigureAwait(false);
    }

    public static async Task<IResult> LiftAsync(string id, HttpContext context, ClaimsPrincipal user, RevocationDesk desk, IRevocationLedger ledger, CancellationToken cancellation)
    {
        if (await ledger.FindAsync(id, cancellation).ConfigureAwait(false) is not { Blocks: true } revocation)
            return ErrorPage.Of(StatusCodes.Status404NotFound, "Revocation not found", "There is no revocation with this id.");
        return await DecideAsync(context, async reason =>
            await desk.LiftAsync(revocation, reason, user.Identity!.Name!, cancellation).ConfigureAwait(false) is null ? Notice.NotStanding : Notice.Lifted)
            .ConfigureAwait(false);
    }

    /// <summary>Takes the reason from the form, decides, and leads back to the form's page with a notice.</summary>
    internal static async Task<IResult> DecideAsync(HttpContext context, Func<string, Task<Notice>> decide)
    {
        var form = context.Request.Form;
        var target = LocalPath.OrHome(form[ConsoleForms.To]);
        var reason = form[ConsoleForms.Reason].ToString().Trim();
        if (RevocationEndpoints.CheckReason(reason).Count > 0)
            return Results.LocalRedirect(target.With(Notice.NoReason));
        try
        {
            return Results.LocalRedirect(target.With(await decide(reason).ConfigureAwait(false)));
        }
        catch (StoreUnavailableException)
        {
            return Results.LocalRedirect(target.With(Notice.NotStored));
        }
    }
}
