using Microsoft.AspNetCore.Http.Features;
using Portcullis.Accounts;
using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Api.Problems;
using Portcullis.Engine;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Api.Endpoints;

/// <summary>Accounts, by the id that a back-end asks for tokens with. It is turned into the account's tag at once and kept nowhere.</summary>
internal static class AccountEndpoints
{
    private const string Route = "/v1/accounts/";

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/v1/accounts");
        accounts.MapGet("/{id}", GetAsync).WithName("GetAccount").RequireAuthorization(RolePolicies.Operator);
        accounts.MapPut("/{id}", PutAsync).WithName("PutAccount").RequireAuthorization(RolePolicies.Operator);
        accounts.MapDelete("/{id}", DeleteAsync).WithName("EraseAccount").RequireAuthorization(RolePolicies.Admin);
    }

    private static async Task<IResult> GetAsync(string id, HttpContext context, AccountDesk desk, CancellationToken cancellation) =>
        desk.TagOf(IdIn(context, id)) is { } tag ? Results.Ok(await desk.ReadAsync(tag, cancellation).ConfigureAwait(false)) : InvalidId();

    private static async Task<IResult> PutAsync(string id, AccountRequest request, HttpContext context, AccountDesk desk, IAccountStore accounts, CancellationToken cancellation)
    {
        if (desk.TagOf(IdIn(context, id)) is not { } tag)
            return InvalidId();
        var settings = new AccountSettings { MaxSessions = request.MaxSessions, WhenFull = request.WhenFull };
        if (AccountRules.Check(settings) is { Count: > 0 } errors)
            return Problem.Invalid(errors);
        await accounts.PutAsync(tag, settings, cancellation).ConfigureAwait(false);
        return Results.Ok(await desk.ReadAsync(tag, cancellation).ConfigureAwait(false));
    }

    private static async Task<IResult> DeleteAsync(string id, HttpContext context, AccountDesk desk, IAccountErasure erasure, CancellationToken cancellation)
    {
        if (desk.TagOf(IdIn(context, id)) is not { } tag)
            return InvalidId();
        var erased = await erasure.EraseAsync(tag, cancellation).ConfigureAwait(false);
        return Results.Ok(new ErasureResponse(erased.Sessions, erased.Decisions, erased.Slots));
    }

    private static IResult InvalidId() => Problem.Invalid("id", $"must be 1 to {AccountRules.MaxIdLength} characters without control characters");

    /// <summary>The id as it was sent: routing leaves <c>%2F</c> as it is, and an id that holds those three characters would be taken for another.</summary>
    private static string IdIn(HttpContext context, string routed)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var start = target.IndexOf(Route, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
            return routed;
        var raw = target[(start + Route.Length)..];
        var end = raw.AsSpan().IndexOfAny('?', '#');
        return Uri.UnescapeDataString((end < 0 ? raw : raw[..end]).TrimEnd('/'));
    }

    /// <summary>Reads an account, by its tag, which stays inside.</summary>
    internal sealed class AccountDesk(IAccountStore accounts, IKeyStore keys, ISessionEngine sessions, IRevocationLedger ledger, TimeProvider time)
    {
        public string? TagOf(string id) => AccountRules.IsId(id) ? SessionId.AccountTag(keys.AccountTagKey.Span, id) : null;

        public async ValueTask<AccountResponse> ReadAsync(string tag, CancellationToken cancellation)
        {
            var report = await accounts.FindAsync(tag, cancellation).ConfigureAwait(false);
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var state = ledger.Current;
            var shown = new List<AccountSessionResponse>(report.Slots.Count);
            foreach (var slot in report.Slots)
            {
                var revoked = state.Find(Subject.Session(slot.Sid), now / 1000) is not null;
                shown.Add(AccountSessionResponse.Of(slot, await sessions.FindAsync(slot.Sid, cancellation).ConfigureAwait(false), revoked, now));
            }
            return new AccountResponse(
                AccountLimitsResponse.Of(report.Limits), AccountSettingsResponse.Of(report.Settings),
                shown.Count(session => session.State is AccountSessionState.Pending or AccountSessionState.Live), report.OutstandingTokens, report.MintsWithinAMinute,
                shown, state.Find(Subject.Account(tag), now / 1000) is { } block ? AccountBlockResponse.Of(block) : null);
        }
    }
}
