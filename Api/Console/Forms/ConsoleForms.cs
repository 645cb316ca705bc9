using Portcullis.Api.Access;

namespace Portcullis.Api.Console.Forms;

/// <summary>Where the console's forms are sent. Each answers with a redirect, so that a reload sends nothing twice.</summary>
internal static class ConsoleForms
{
    /// <summary>Names of form fields.</summary>
    public const string Key = "key", To = "to", Reason = "reason";

    public const string SignOutPath = "/sign-out", DisarmPath = "/switch/disarm", ArmPath = "/switch/arm";

    public static void MapConsoleForms(this IEndpointRouteBuilder routes)
    {
        var forms = routes.MapGroup("").AddEndpointFilter<RouteGroupBuilder, FormGuard>();
        forms.MapPost(ConsoleAccess.SignInPath, SignInForm.SignInAsync).WithName("SignIn").AllowAnonymous();
        forms.MapPost(SignOutPath, (Delegate)SignInForm.SignOutAsync).WithName("SignOut").AllowAnonymous();
        var decisions = forms.MapGroup("").RequireAuthorization(RolePolicies.Operator);
        decisions.MapPost("/sessions/{sid}/revoke", DecisionForms.RevokeAsync).WithName("RevokeForm");
        decisions.MapPost("/revocations/{id}/lift", DecisionForms.LiftAsync).WithName("LiftForm");
        decisions.MapPost("/held/{id}/release", HoldForms.ReleaseAsync).WithName("ReleaseForm");
        decisions.MapPost("/held/{id}/drop", HoldForms.DropAsync).WithName("DropForm");
        decisions.MapPost(DisarmPath, HoldForms.DisarmAsync).WithName("DisarmForm");
        decisions.MapPost(ArmPath, HoldForms.ArmAsync).WithName("ArmForm");
    }

    /// <summary>Where the form for revoking a session is sent.</summary>
    public static string RevokePath(string sid) => $"/sessions/{sid}/revoke";

    /// <summary>Where the form for releasing a held decision is sent.</summary>
    public static string ReleasePath(string id) => $"/held/{Uri.EscapeDataString(id)}/release";

    /// <summary>Where the form for dropping a held decision is sent.</summary>
    public static string DropPath(string id) => $"/held/{Uri.EscapeDataString(id)}/drop";

    /// <summary>Where the form for lifting a revocation is sent.</summary>
    public static string LiftPath(string id) => $"/revocations/{Uri.EscapeDataString(id)}/lift";
}
