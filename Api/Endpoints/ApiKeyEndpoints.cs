using System.Security.Cryptography;
using Portcullis.Access;
using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Api.Problems;
using Portcullis.Engine;

namespace Portcullis.Api.Endpoints;

/// <summary>API keys: made, listed, removed by administrators.</summary>
internal static class ApiKeyEndpoints
{
    private const int MaxName = 100;

    public static void MapApiKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/v1/api-keys").RequireAuthorization(RolePolicies.Admin);
        keys.MapGet("", (IApiKeyStore store) => new ApiKeysResponse(store.List())).WithName("ListApiKeys");
        keys.MapPost("", CreateAsync).WithName("CreateApiKey");
        keys.MapDelete("/{id}", DeleteAsync).WithName("DeleteApiKey");
    }

    /// <summary>Draws a key. It is good for nothing before it is stored; the secret is nowhere else.</summary>
    public static (ApiKey Key, string Secret) Draw(string name, ApiRole role, TimeProvider time) =>
        (new ApiKey("key_" + RandomNumberGenerator.GetHexString(12, lowercase: true), name, role, time.GetUtcNow()), ApiKeySecret.Draw(role));

    private static async Task<IResult> CreateAsync(ApiKeyRequest request, IApiKeyStore store, TimeProvider time, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > MaxName || request.Name.Any(char.IsControl))
            return Problem.Invalid("name", $"must be 1 to {MaxName} characters without control characters");
        if (!Enum.IsDefined(request.Role))
            return Problem.Invalid("role", "must be 'issuer', 'operator' or 'admin'");
        var (key, secret) = Draw(request.Name.Trim(), request.Role, time);
        await store.AddAsync(key, ApiKeySecret.Hash(secret), cancellation).ConfigureAwait(false);
        return Results.Created($"/v1/api-keys/{key.Id}", new NewApiKeyResponse(key.Id, key.Name, key.Role, key.Created, secret));
    }

    private static async Task<IResult> DeleteAsync(string id, IApiKeyStore store, CancellationToken cancellation)
    {
        if (await store.RemoveAsync(id, cancellation).ConfigureAwait(false))
            return Results.NoContent();
        return store.List().Any(key => key.Id == id)
            ? Problem.Conflict("The last admin key cannot be removed; make another one first.")
            : Problem.NotFound("There is no API key with this id.");
    }
}
