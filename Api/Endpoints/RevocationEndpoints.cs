using System.Security.Claims;
using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Api.Problems;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Api.Endpoints;

/// <summary>Closing and opening the gate by hand, and the ledger of all decisions.</summary>
internal static class RevocationEndpoints
{
    private const int MaxLimit = 1000, MaxReason = 500;

    public static void MapRevocations(this IEndpointRouteBuilder routes)
    {
        var revocations = routes.MapGroup("/v1/revocations").RequireAuthorization(RolePolicies.Operator);
        revocations.MapGet("", ListAsync).WithName("ListRevocations");
        revocations.MapPost("", RevokeAsync).WithName("Revoke");
        revocations.MapGet("/{id}", GetAsync).WithName("GetRevocation");
        revocations.MapPost("/{id}/lift", LiftAsync).WithName("LiftRevocation");
    }

    private static async Task<IResult> ListAsync(
        IRevocationLedger ledger, TimeProvider time, CancellationToken cancellation, string state = "standing", string? sid = null, int limit = 100, long? before = null)
    {
        if (limit is < 1 or > MaxLimit)
            return Problem.Invalid("limit", $"must be 1 to {MaxLimit}");
        if (sid is not null && !Subject.Session(sid).IsValid)
            return Problem.Invalid("sid", "must be 1 to 64 characters of A-Za-z0-9_-");
        var subject = sid is null ? (Subject?)null : Subject.Session(sid);
        switch (state)
        {
            case "standing":
                var standing = ledger.Current.Standing(time.GetUtcNow().ToUnixTimeSeconds())
                    .Where(revocation => (subject is null || revocation.Subject == subject) && revocation.Decision.Sequence < (before ?? long.MaxValue))
                    .Take(limit).Select(revocation => revocation.Decision).ToList();
                return Results.Ok(ToPage(standing, limit));
            case "all":
                return Results.Ok(ToPage(await ledger.HistoryAsync(subject, before, limit, cancellation).ConfigureAwait(false), limit));
            default:
                return Problem.Invalid("state", "must be 'standing' or 'all'");
        }
    }

    private static async Task<IResult> GetAsync(string id, IRevocationLedger ledger, CancellationToken cancellation) =>
        await ledger.FindAsync(id, cancellation).ConfigureAwait(false) is { } decision ? Results.Ok(DecisionResponse.Of(decision)) : Problem.NotFound("There is no decision with this id.");

    private static async Task<IResult> RevokeAsync(RevocationRequest request, ClaimsPrincipal user, RevocationDesk desk, CancellationToken cancellation)
    {
        var errors = CheckReason(request.Reason);
        if (request.Sid is null == request.AccountTag is null)
            errors.Add(new("sid", "give either sid or accountTag"));
        else if (request.Sid is { } sid && !Subject.Session(sid).IsValid)
            errors.Add(new("sid", "must be 1 to 64 characters of A-Za-z0-9_-"));
        else if (request.AccountTag is { } tag && !Subject.Account(tag).IsValid)
            errors.Add(new("accountTag", "must be 10 characters of A-Za-z0-9"));
        if (desk.CheckUntil(request.Until) is { } until)
            errors.Add(until);
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        var subject = request.Sid is not null ? Subject.Session(request.Sid) : Subject.Account(request.AccountTag!);
        var decision = await desk.RevokeAsync(subject, request.Reason.Trim(), user.Identity!.Name!, request.Until, cancellation).ConfigureAwait(false);
        return Results.Created($"/v1/revocations/{decision.Id}", DecisionResponse.Of(decision));
    }

    private static async Task<IResult> LiftAsync(string id, LiftRequest request, ClaimsPrincipal user, RevocationDesk desk, IRevocationLedger ledger, CancellationToken cancellation)
    {
        if (CheckReason(request.Reason) is { Count: > 0 } errors)
            return Problem.Invalid(errors);
        if (await ledger.FindAsync(id, cancellation).ConfigureAwait(false) is not { Kind: DecisionKind.Revoke } revocation)
            return Problem.NotFound("There is no revocation with this id.");
        var lift = await desk.LiftAsync(revocation, request.Reason.Trim(), user.Identity!.Name!, cancellation).ConfigureAwait(false);
        return lift is null ? Problem.Conflict("This revocation does not stand any more.") : Results.Ok(DecisionResponse.Of(lift));
    }

    internal static List<FieldError> CheckReason(string reason) =>
        string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason || reason.Any(char.IsControl)
            ? [new("reason", $"must be 1 to {MaxReason} characters without control characters")]
            : [];

    private static RevocationsResponse ToPage(IReadOnlyList<Decision> decisions, int limit) =>
        new([.. decisions.Select(DecisionResponse.Of)], decisions.Count == limit ? decisions[^1].Sequence : null);
}
