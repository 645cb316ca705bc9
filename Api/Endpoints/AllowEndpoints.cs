using System.Security.Claims;
using Portcullis.Accounts;
using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Api.Problems;
using Portcullis.Engine;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Api.Endpoints;

/// <summary>The allow-list: what detectors must not revoke, by whom it was put there, and until when.</summary>
internal static class AllowEndpoints
{
    public static void MapAllow(this IEndpointRouteBuilder routes)
    {
        var entries = routes.MapGroup("/v1/allow").RequireAuthorization(RolePolicies.Operator);
        entries.MapGet("", List).WithName("ListAllowed");
        entries.MapPost("", AddAsync).WithName("Allow");
        entries.MapDelete("/{id}", RemoveAsync).WithName("Disallow");
    }

    private static AllowListResponse List(IRevocationLedger ledger, TimeProvider time) => new([.. ledger.Current.Allowed.Holding(time.GetUtcNow()).Select(AllowResponse.Of)]);

    private static async Task<IResult> AddAsync(
        AllowRequest request, ClaimsPrincipal user, IRevocationLedger ledger, IKeyStore keys, SwitchDesk desk, TimeProvider time, CancellationToken cancellation)
    {
        var isAccount = request.Kind == AllowKind.Account;
        if (isAccount && !AccountRules.IsId(request.Value))
            return Problem.Invalid("value", $"must be the account's id: 1 to {AccountRules.MaxIdLength} characters without control characters");
        var entry = new AllowEntry
        {
            Id = AllowEntry.DrawId(), Kind = request.Kind, Value = isAccount ? SessionId.AccountTag(keys.AccountTagKey.Span, request.Value) : request.Value,
            Owner = request.Owner.Trim(), Reason = request.Reason.Trim(), Expires = request.Expires,
        };
        var now = time.GetUtcNow();
        if (entry.Check(now) is { Count: > 0 } errors)
            return Problem.Invalid(errors);
        if (ledger.Current.Allowed.Holding(now).Count() >= AllowList.MaxEntries)
            return Problem.Conflict($"The allow-list has {AllowList.MaxEntries} entries; take some off first.");
        await desk.AllowAsync(entry, user.Identity!.Name!, cancellation).ConfigureAwait(false);
        return Results.Created($"/v1/allow/{entry.Id}", AllowResponse.Of(entry));
    }

    private static async Task<IResult> RemoveAsync(string id, ClaimsPrincipal user, IRevocationLedger ledger, SwitchDesk desk, CancellationToken cancellation) =>
        ledger.Current.Allowed.Find(id) is { } entry && await desk.DisallowAsync(entry, "taken off the allow-list", user.Identity!.Name!, cancellation).ConfigureAwait(false)
            ? Results.NoContent()
            : Problem.NotFound("There is no such entry on the allow-list.");
}
