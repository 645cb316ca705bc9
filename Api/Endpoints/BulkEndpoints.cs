using System.Security.Claims;
using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Api.Problems;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Api.Endpoints;

/// <summary>Decisions about many at once: a wave of wrong blocks is lifted, what the breaker held is released or dropped.</summary>
internal static class BulkEndpoints
{
    private const int MaxIds = 1000, MaxId = 200;

    public static void MapBulk(this IEndpointRouteBuilder routes)
    {
        var revocations = routes.MapGroup("/v1/revocations").RequireAuthorization(RolePolicies.Operator);
        revocations.MapPost("/lift", LiftAsync).WithName("LiftRevocations");
        revocations.MapPost("/held/release", ReleaseAsync).WithName("ReleaseHeld");
        revocations.MapPost("/held/drop", DropAsync).WithName("DropHeld");
    }

    private static Task<IResult> LiftAsync(BulkLiftRequest request, ClaimsPrincipal user, BulkDesk desk, CancellationToken cancellation) =>
        CarryOutAsync(BulkAction.Lift, null, request.Filter, request.Reason, request.RequestId, request.DryRun, user, desk, cancellation);

    private static Task<IResult> ReleaseAsync(HeldRequest request, ClaimsPrincipal user, BulkDesk desk, CancellationToken cancellation) =>
        CarryOutAsync(BulkAction.Release, request.Ids, request.Filter, request.Reason, request.RequestId, request.DryRun, user, desk, cancellation);

    private static Task<IResult> DropAsync(HeldRequest request, ClaimsPrincipal user, BulkDesk desk, CancellationToken cancellation) =>
        CarryOutAsync(BulkAction.Drop, request.Ids, request.Filter, request.Reason, request.RequestId, request.DryRun, user, desk, cancellation);

    private static async Task<IResult> CarryOutAsync(
        BulkAction action, List<string>? ids, FilterRequest? criteria, string reason, string? requestId, bool dryRun, ClaimsPrincipal user, BulkDesk desk, CancellationToken cancellation)
    {
        var filter = criteria?.ToFilter();
        List<FieldError> errors = [.. RevocationEndpoints.CheckReason(reason), .. RevocationEndpoints.CheckRequestId(requestId)];
        if (action != BulkAction.Lift && ids is null == filter is null)
            errors.Add(new("ids", "give either ids or filter"));
        if (ids is { Count: 0 or > MaxIds } || ids?.Exists(id => id is not { Length: > 0 and <= MaxId }) == true)
            errors.Add(new("ids", $"must be 1 to {MaxIds} ids of decisions"));
        if (filter is { IsEmpty: true })
            errors.Add(new("filter", "must have a criterion"));
        else if (filter is not null)
            errors.AddRange(FilterRules.Check(filter, "filter."));
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        var order = new BulkOrder { Action = action, Filter = filter, Ids = ids };
        if (dryRun)
            return Results.Ok(BulkOutcomeResponse.Of(desk.Count(order), dryRun: true));
        return await desk.CarryOutAsync(order, reason.Trim(), user.Identity!.Name!, requestId, cancellation).ConfigureAwait(false) is { } outcome
            ? Results.Ok(BulkOutcomeResponse.Of(outcome, dryRun: false))
            : Problem.Conflict("This requestId belongs to another order.");
    }
}
