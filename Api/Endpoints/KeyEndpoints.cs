using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Engine;

namespace Portcullis.Api.Endpoints;

/// <summary>The public halves of keys; secrets are nowhere in the API.</summary>
internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/keys/cloudfront", CloudFrontAsync).WithName("GetCloudFrontKey").RequireAuthorization(RolePolicies.Operator);

    private static async Task<CloudFrontKeyResponse> CloudFrontAsync(IKeyStore keys, CancellationToken cancellation)
    {
        var pair = await keys.EnsureSigningPairAsync(cancellation).ConfigureAwait(false);
        return new(pair.KeyPairId, pair.PublicKey.Kind, pair.PublicKey.ToPem());
    }
}
