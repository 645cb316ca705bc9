using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Api.Problems;
using Portcullis.Engine;
using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Api.Endpoints;

/// <summary>The sessions that are followed, with their evidence.</summary>
internal static class SessionEndpoints
{
    private const int MaxLimit = 1000, MaxQuery = 64;

    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var sessions = routes.MapGroup("/v1/sessions").RequireAuthorization(RolePolicies.Operator);
        sessions.MapGet("", ListAsync).WithName("ListSessions");
        sessions.MapGet("/{sid}", GetAsync).WithName("GetSession");
    }

    private static async Task<IResult> ListAsync(ISessionEngine engine, IRevocationLedger ledger, TimeProvider time, CancellationToken cancellation, int limit = 50, string? q = null)
    {
        if (limit is < 1 or > MaxLimit)
            return Problem.Invalid("limit", $"must be 1 to {MaxLimit}");
        if (q is { Length: > MaxQuery })
            return Problem.Invalid("q", $"may have {MaxQuery} characters");
        var top = await engine.TopAsync(string.IsNullOrEmpty(q) ? null : q, limit, cancellation).ConfigureAwait(false);
        var (state, now) = (ledger.Current, time.GetUtcNow().ToUnixTimeSeconds());
        return Results.Ok(new SessionsResponse([.. top.Select(report => SessionResponse.Of(report, state, now))]));
    }

    private static async Task<IResult> GetAsync(string sid, ISessionEngine engine, IRevocationLedger ledger, TimeProvider time, CancellationToken cancellation)
    {
        if (!SessionId.IsValid(sid) || await engine.FindAsync(sid, cancellation).ConfigureAwait(false) is not { } report)
            return Problem.NotFound("This session is not followed: it was never seen, or not for a while.");
        return Results.Ok(SessionDetailResponse.Of(report, ledger.Current, time.GetUtcNow().ToUnixTimeSeconds()));
    }
}
