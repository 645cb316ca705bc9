using System.Security.Claims;
using Portcullis.Api.Console.Pages;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Api.Console.Forms;

/// <summary>Releasing, dropping and the kill switch by hand, through the same desks as the API.</summary>
internal static class HoldForms
{
    public static Task<IResult> ReleaseAsync(string id, HttpContext context, ClaimsPrincipal user, HoldDesk desk, IRevocationLedger ledger, CancellationToken cancellation) =>
        AnswerAsync(id, context, ledger, async (hold, reason) =>
            await desk.ReleaseAsync(hold, reason, user.Identity!.Name!, cancellation).ConfigureAwait(false) is null ? Notice.NotHeld : Notice.Released);

    public static Task<IResult> DropAsync(string id, HttpContext context, ClaimsPrincipal user, HoldDesk desk, IRevocationLedger ledger, CancellationToken cancellation) =>
        AnswerAsync(id, context, ledger, async (hold, reason) =>
            await desk.DropAsync(hold, reason, user.Identity!.Name!, cancellation).ConfigureAwait(false) is null ? Notice.NotHeld : Notice.Dropped);

    public static Task<IResult> DisarmAsync(HttpContext context, ClaimsPrincipal user, SwitchDesk desk, CancellationToken cancellation) =>
        TurnAsync(false, context, user, desk, cancellation);

    public static Task<IResult> ArmAsync(HttpContext context, ClaimsPrincipal user, SwitchDesk desk, CancellationToken cancellation) =>
        TurnAsync(true, context, user, desk, cancellation);

    private static async Task<IResult> AnswerAsync(string id, HttpContext context, IRevocationLedger ledger, Func<Decision, string, Task<Notice>> answer) =>
        await ledger.FindAsync(id, context.RequestAborted).ConfigureAwait(false) is { Kind: DecisionKind.Hold } hold
            ? await DecisionForms.DecideAsync(context, reason => answer(hold, reason)).ConfigureAwait(false)
            : ErrorPage.Of(StatusCodes.Status404NotFound, "Held decision not found", "There is no held decision with this id.");

    private static Task<IResult> TurnAsync(bool armed, HttpContext context, ClaimsPrincipal user, SwitchDesk desk, CancellationToken cancellation) => DecisionForms.DecideAsync(context, async reason =>
    {
        await desk.SetAsync(armed, reason, user.Identity!.Name!, cancellation).ConfigureAwait(false);
        return armed ? Notice.Armed : Notice.Disarmed;
    });
}
