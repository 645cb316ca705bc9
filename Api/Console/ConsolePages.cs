using System.Security.Claims;
using Portcullis.Access;
using Portcullis.Api.Access;
using Portcullis.Api.Console.Pages;
using Portcullis.Api.Console.Views;
using Portcullis.Tokens;

namespace Portcullis.Api.Console;

/// <summary>The console's pages. Each endpoint reads a view; its component shows it and asks for nothing itself.</summary>
internal static class ConsolePages
{
    public const string Home = "/", Held = "/held";

    public static void MapConsolePages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ConsoleAccess.SignInPath, SignIn).WithName("SignInPage").AllowAnonymous();
        var pages = routes.MapGroup("").RequireAuthorization(RolePolicies.Operator);
        pages.MapGet(Home, OverviewAsync).WithName("OverviewPage");
        pages.MapGet(Held, (HeldReader held) => new Page<HeldPage>(new { View = held.Read() })).WithName("HeldPage");
        pages.MapGet("/sessions", SearchAsync).WithName("SearchPage");
        pages.MapGet("/sessions/{sid}", SessionAsync).WithName("SessionPage");
    }

    /// <summary>The address of a session's page.</summary>
    public static string OfSession(string sid) => $"/sessions/{sid}";

    private static IResult SignIn(ClaimsPrincipal user, string? to = null)
    {
        var target = LocalPath.OrHome(to);
        return user.Includes(ApiRole.Operator) ? Results.LocalRedirect(target) : new Page<SignInPage>(new { To = target });
    }

    private static async Task<IResult> OverviewAsync(OverviewReader overview, CancellationToken cancellation) =>
        new Page<OverviewPage>(new { View = await overview.ReadAsync(cancellation).ConfigureAwait(false) });

    private static async Task<IResult> SearchAsync(SessionSearch search, CancellationToken cancellation, string? q = null)
    {
        var view = await search.FindAsync(q?.Trim() ?? "", cancellation).ConfigureAwait(false);
        return view.Exact is { } sid ? Results.LocalRedirect(OfSession(sid)) : new Page<SearchPage>(new { View = view });
    }

    private static async Task<IResult> SessionAsync(string sid, SessionReader sessions, CancellationToken cancellation) =>
        SessionId.IsValid(sid) && await sessions.ReadAsync(sid, cancellation).ConfigureAwait(false) is { } view
            ? new Page<SessionPage>(new { View = view })
            : ErrorPage.Of(StatusCodes.Status404NotFound, "Session not found", "This session is not followed: it was never seen, or not for a while, and nobody decided anything about it.");
}
