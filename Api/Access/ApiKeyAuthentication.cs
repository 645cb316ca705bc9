using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Portcullis.Access;
using Portcullis.Engine;

namespace Portcullis.Api.Access;

/// <summary>Signs a request in by <c>Authorization: Bearer &lt;API key&gt;</c>.</summary>
internal sealed class ApiKeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, IApiKeyStore keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";

    private const string Prefix = "Bearer ";

    /// <summary>The principal that a key signs in, or null when there is no such key.</summary>
    public static ClaimsPrincipal? SignIn(IApiKeyStore keys, string secret, string scheme)
    {
        if (!ApiKeySecret.IsPlausible(secret) || keys.Find(ApiKeySecret.Hash(secret)) is not { } key)
            return null;
        return new ClaimsPrincipal(new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, key.Id), new(ClaimTypes.Name, key.Name), new(ClaimTypes.Role, key.Role.ToString())], scheme));
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.Length == 0)
            return Task.FromResult(AuthenticateResult.NoResult());
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || SignIn(keys, header[Prefix.Length..].Trim(), Scheme.Name) is not { } principal)
            return Task.FromResult(AuthenticateResult.Fail("unknown key"));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.Problem.WriteAsync(Context, StatusCodes.Status401Unauthorized, "unauthorized", "A valid API key is needed: Authorization: Bearer <key>.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.Problem.WriteAsync(Context, StatusCodes.Status403Forbidden, "forbidden", $"The API key has the role {Context.User.FindFirstValue(ClaimTypes.Role)?.ToLowerInvariant()}, which may not do this.");
}

/// <summary>Role policies of the endpoints.</summary>
internal static class RolePolicies
{
    public const string Issuer = nameof(ApiRole.Issuer), Operator = nameof(ApiRole.Operator), Admin = nameof(ApiRole.Admin);

    /// <summary>Whether a principal's role includes another.</summary>
    public static bool Includes(this ClaimsPrincipal user, ApiRole role) =>
        Enum.TryParse<ApiRole>(user.FindFirstValue(ClaimTypes.Role), out var held) && held >= role;
}
