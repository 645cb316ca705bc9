using System.Security.Claims;
using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Api.Problems;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Api.Endpoints;

/// <summary>The keys behind tokens and signatures. Secrets come in by an import; none ever goes out.</summary>
internal static class KeyEndpoints
{
    private const int MaxSecret = 512;

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/v1/keys");
        keys.MapGet("", List).WithName("ListKeys").RequireAuthorization(RolePolicies.Operator);
        keys.MapPost("/rotate", RotateAsync).WithName("RotateKeys").RequireAuthorization(RolePolicies.Admin);
        keys.MapPost("/import", ImportAsync).WithName("ImportKey").RequireAuthorization(RolePolicies.Admin);
        keys.MapDelete("/{id}", RemoveAsync).WithName("RemoveKey").RequireAuthorization(RolePolicies.Admin);
        keys.MapGet("/cloudfront", CloudFrontAsync).WithName("GetCloudFrontKey").RequireAuthorization(RolePolicies.Operator);
        keys.MapPut("/cloudfront", AssignAsync).WithName("PutCloudFrontKey").RequireAuthorization(RolePolicies.Admin);
    }

    private static KeysResponse List(IKeyStore keys, IKeyRotation rotation)
    {
        var current = keys.Current;
        var ring = rotation.Ring;
        var v1 = current.Keys.Where(key => key.Format == TokenFormat.V1).Select(key => ToResponse(key, current));
        var v2 = ring.Keys.Select(key => new KeyResponse(
            key.KeyId, TokenFormat.V2, current.Signing?.KeyId == key.KeyId, key.State, DateTimeOffset.FromUnixTimeSeconds(key.Since), key.Until is { } until ? DateTimeOffset.FromUnixTimeSeconds(until) : null, key.HeldBy));
        return new([.. v1.Concat(v2).OrderBy(key => key.KeyId, StringComparer.Ordinal)], RotationResponse.Of(rotation.Status), CompletedRotationResponse.Of(ring.LastRotation));
    }

    private static async Task<IResult> RotateAsync(RotationRequest request, ClaimsPrincipal user, IKeyRotation rotation, CancellationToken cancellation)
    {
        if (RevocationEndpoints.CheckReason(request.Reason) is { Count: > 0 } errors)
            return Problem.Invalid(errors);
        var outcome = await rotation.RotateAsync(new KeyRotationRequest(request.Emergency, request.Reason.Trim(), user.Identity!.Name!), cancellation).ConfigureAwait(false);
        return outcome == KeyRotationOutcome.Full
            ? Problem.Conflict($"The ring has {KeyRing.MaxKeys} keys whose tokens are still valid; wait until one has ended (until in GET /v1/keys), or rotate as an emergency, which voids their tokens.")
            : Results.Accepted("/v1/keys", new RotationAnswer(outcome, RotationResponse.Of(rotation.Status), CompletedRotationResponse.Of(rotation.Ring.LastRotation)));
    }

    private static async Task<IResult> ImportAsync(KeyImportRequest request, IKeyStore keys, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        if (request.Format != TokenFormat.V1)
            errors.Add(new("format", "must be 'v1': keys of format v2 are drawn by the service itself"));
        if (!SessionId.IsValid(request.KeyId))
            errors.Add(new("keyId", $"must be 1 to {SigningKey.MaxKeyIdLength} characters of A-Za-z0-9_-"));
        if (request.Secret.Length is < SigningKey.MinV1SecretLength or > MaxSecret || request.Secret.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            errors.Add(new("secret", $"must be {SigningKey.MinV1SecretLength} to {MaxSecret} printable ASCII characters"));
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        var outcome = await keys.ImportAsync(SigningKey.ForV1(request.KeyId, request.Secret), request.Signing, cancellation).ConfigureAwait(false);
        return outcome switch
        {
            KeyImport.Taken => Problem.Conflict($"Key id '{request.KeyId}' is that of another key, not of format v1; a key id belongs to one format."),
            KeyImport.OtherSecret => Problem.Conflict($"Key id '{request.KeyId}' is there with another secret; remove it first if that one is wrong."),
            KeyImport.Added => Results.Created("/v1/keys", Find(request.KeyId, keys)),
            _ => Results.Ok(Find(request.KeyId, keys)),
        };
    }

    private static async Task<IResult> RemoveAsync(string id, IKeyStore keys, CancellationToken cancellation)
    {
        if (await keys.RemoveV1Async(id, cancellation).ConfigureAwait(false))
            return Results.NoContent();
        return keys.Current.Find(id) is null
            ? Problem.NotFound("There is no key with this id.")
            : Problem.Conflict("This key is of format v2; only keys of format v1 are removed. POST /v1/keys/rotate replaces it.");
    }

    private static async Task<CloudFrontKeyResponse> CloudFrontAsync(IKeyStore keys, CancellationToken cancellation) =>
        CloudFrontKeyResponse.Of(await keys.EnsureSigningPairAsync(cancellation).ConfigureAwait(false));

    private static async Task<IResult> AssignAsync(CloudFrontKeyRequest request, IKeyStore keys, CancellationToken cancellation)
    {
        if (!CloudFrontPublicKey.IsKeyPairId(request.KeyPairId))
            return Problem.Invalid("keyPairId", "must be 1 to 64 characters of A-Z0-9, such as K2JCJMDEHXQW5F");
        // CloudFront cannot have given an id to a key that nobody has seen.
        if (keys.SigningPair is null)
            return Problem.Conflict("There is no key pair yet; GET /v1/keys/cloudfront draws it.");
        return await keys.AssignKeyPairIdAsync(request.KeyPairId, cancellation).ConfigureAwait(false)
            ? Results.Ok(CloudFrontKeyResponse.Of(keys.SigningPair))
            : Problem.Conflict($"Key pair id '{request.KeyPairId}' is that of another key.");
    }

    private static KeyResponse? Find(string keyId, IKeyStore keys)
    {
        var current = keys.Current;
        return current.Find(keyId) is { } key ? ToResponse(key, current) : null;
    }

    private static KeyResponse ToResponse(SigningKey key, KeySet current) =>
        new(key.KeyId, key.Format, key == (key.Format == TokenFormat.V1 ? current.V1Signing : current.Signing));
}
