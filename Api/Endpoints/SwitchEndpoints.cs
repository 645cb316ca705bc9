using System.Security.Claims;
using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Api.Problems;
using Portcullis.Engine;

namespace Portcullis.Api.Endpoints;

/// <summary>The kill switch: whether anything automatic is enforced.</summary>
internal static class SwitchEndpoints
{
    public static void MapSwitch(this IEndpointRouteBuilder routes)
    {
        var switches = routes.MapGroup("/v1").RequireAuthorization(RolePolicies.Operator);
        switches.MapGet("/switch", (IRevocationLedger ledger) => SwitchResponse.Of(ledger.Current)).WithName("GetSwitch");
        switches.MapPost("/disarm", (SwitchRequest request, ClaimsPrincipal user, SwitchDesk desk, IRevocationLedger ledger, CancellationToken cancellation) =>
            SetAsync(false, request, user, desk, ledger, cancellation)).WithName("Disarm");
        switches.MapPost("/arm", (SwitchRequest request, ClaimsPrincipal user, SwitchDesk desk, IRevocationLedger ledger, CancellationToken cancellation) =>
            SetAsync(true, request, user, desk, ledger, cancellation)).WithName("Arm");
    }

    private static async Task<IResult> SetAsync(bool armed, SwitchRequest request, ClaimsPrincipal user, SwitchDesk desk, IRevocationLedger ledger, CancellationToken cancellation)
    {
        if (RevocationEndpoints.CheckReason(request.Reason) is { Count: > 0 } errors)
            return Problem.Invalid(errors);
        await desk.SetAsync(armed, request.Reason.Trim(), user.Identity!.Name!, cancellation).ConfigureAwait(false);
        return Results.Ok(SwitchResponse.Of(ledger.Current));
    }
}
