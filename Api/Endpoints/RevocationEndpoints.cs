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
    private const int MaxReason = 500, MaxFinding = 200, MaxRequestId = 64;

    public static void MapRevocations(this IEndpointRouteBuilder routes)
    {
        var revocations = routes.MapGroup("/v1/revocations").RequireAuthorization(RolePolicies.Operator);
        revocations.MapGet("", ListAsync).WithName("ListRevocations");
        revocations.MapPost("", RevokeAsync).WithName("Revoke");
        revocations.MapGet("/{id}", GetAsync).WithName("GetRevocation");
        revocations.MapPost("/{id}/lift", LiftAsync).WithName("LiftRevocation");
    }

    private static async Task<IResult> ListAsync([AsParameters] DecisionListQuery query, IRevocationLedger ledger, TimeProvider time, CancellationToken cancellation)
    {
        if (query.Check() is { Count: > 0 } errors)
            return Problem.Invalid(errors);
        var (state, now, limit) = (ledger.Current, time.GetUtcNow().ToUnixTimeSeconds(), query.Limit ?? DecisionListQuery.DefaultLimit);
        return query.State switch
        {
            null or "standing" => Results.Ok(ToPage(query.Among(state.Standing(now).Select(revocation => revocation.Decision), limit), limit)),
            "held" => Results.Ok(ToPage(query.Among(state.Held(now), limit), limit)),
            _ => Results.Ok(ToPage(
                await ledger.SearchAsync(
                    new DecisionQuery { Subject = query.Subject, Kind = query.State == "lifted" ? DecisionKind.Lift : null, Filter = query.Filter }, query.Before, limit, cancellation).ConfigureAwait(false),
                limit)),
        };
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
        errors.AddRange(CheckSource(request));
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        var subject = request.Sid is not null ? Subject.Session(request.Sid) : Subject.Account(request.AccountTag!);
        var receipt = await desk.RevokeAsync(subject, request.Reason.Trim(), user.Identity!.Name!, request.Until, request.Finding, request.RequestId, cancellation).ConfigureAwait(false);
        return receipt.Decision.Subject == subject
            ? Results.Created($"/v1/revocations/{receipt.Decision.Id}", DecisionResponse.Of(receipt.Decision))
            : Problem.Conflict("This requestId belongs to a decision about something else.");
    }

    private static async Task<IResult> LiftAsync(string id, LiftRequest request, ClaimsPrincipal user, RevocationDesk desk, IRevocationLedger ledger, CancellationToken cancellation)
    {
        if (CheckReason(request.Reason) is { Count: > 0 } errors)
            return Problem.Invalid(errors);
        if (await ledger.FindAsync(id, cancellation).ConfigureAwait(false) is not { Blocks: true } revocation)
            return Problem.NotFound("There is no revocation with this id.");
        var lift = await desk.LiftAsync(revocation, request.Reason.Trim(), user.Identity!.Name!, cancellation).ConfigureAwait(false);
        return lift is null ? Problem.Conflict("This revocation does not stand any more.") : Results.Ok(DecisionResponse.Of(lift));
    }

    internal static List<FieldError> CheckReason(string reason) =>
        string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason || reason.Any(char.IsControl)
            ? [new("reason", $"must be 1 to {MaxReason} characters without control characters")]
            : [];

    internal static IEnumerable<FieldError> CheckRequestId(string? requestId) =>
        requestId is not null && (requestId.Length is 0 or > MaxRequestId || !requestId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            ? [new("requestId", $"must be 1 to {MaxRequestId} characters of A-Za-z0-9_-")]
            : [];

    private static IEnumerable<FieldError> CheckSource(RevocationRequest request)
    {
        if (request.Source is not (DecisionSource.Manual or DecisionSource.Watermark))
            yield return new("source", "must be 'manual' or 'watermark'");
        else if (request.Source == DecisionSource.Watermark != request.Finding is not null)
            yield return new("finding", "is required with the source 'watermark', and allowed with no other");
        else if (request.Finding is { } finding && (string.IsNullOrWhiteSpace(finding) || finding.Length > MaxFinding || finding.Any(char.IsControl)))
            yield return new("finding", $"must be 1 to {MaxFinding} characters without control characters");
        foreach (var error in CheckRequestId(request.RequestId))
            yield return error;
    }

    private static RevocationsResponse ToPage(IReadOnlyList<Decision> decisions, int limit) =>
        new([.. decisions.Select(DecisionResponse.Of)], decisions.Count == limit ? decisions[^1].Sequence : null);
}
