using Portcullis.Api.Access;
using Portcullis.Api.Contract;
using Portcullis.Api.Problems;
using Portcullis.Assets;
using Portcullis.Engine;
using Portcullis.Tokens;

namespace Portcullis.Api.Endpoints;

/// <summary>The protected titles and their token policies.</summary>
internal static class AssetEndpoints
{
    public static void MapAssets(this IEndpointRouteBuilder routes)
    {
        var assets = routes.MapGroup("/v1/assets");
        assets.MapGet("", List).WithName("ListAssets").RequireAuthorization(RolePolicies.Operator);
        assets.MapGet("/{id}", Get).WithName("GetAsset").RequireAuthorization(RolePolicies.Operator);
        assets.MapPut("/{id}", PutAsync).WithName("PutAsset").RequireAuthorization(RolePolicies.Admin);
        assets.MapDelete("/{id}", DeleteAsync).WithName("DeleteAsset").RequireAuthorization(RolePolicies.Admin);
    }

    private static AssetsResponse List(IAssetStore assets) => new([.. assets.Current.Assets.OrderBy(asset => asset.Id, StringComparer.Ordinal).Select(AssetResponse.Of)]);

    private static IResult Get(string id, IAssetStore assets) =>
        assets.Current.Find(id) is { } asset ? Results.Ok(AssetResponse.Of(asset)) : Problem.NotFound("There is no asset with this id.");

    private static async Task<IResult> PutAsync(string id, AssetRequest request, IAssetStore assets, IKeyStore keys, CancellationToken cancellation)
    {
        if (request.Id is not null && request.Id != id)
            return Problem.Invalid("id", "must equal the id in the URL, or be left out");
        var asset = request.ToAsset(id);
        if (AssetRules.Check(asset) is { Count: > 0 } errors)
            return Problem.Invalid(errors);
        // The key pair is drawn before a token can be asked for, so that minting never waits for it.
        if (asset.Policy.Carriage is Carriage.SignedUrl or Carriage.SignedCookie)
            await keys.EnsureSigningPairAsync(cancellation).ConfigureAwait(false);
        return await assets.PutAsync(asset, cancellation).ConfigureAwait(false)
            ? Results.Created($"/v1/assets/{id}", AssetResponse.Of(asset))
            : Results.Ok(AssetResponse.Of(asset));
    }

    private static async Task<IResult> DeleteAsync(string id, IAssetStore assets, CancellationToken cancellation) =>
        await assets.DeleteAsync(id, cancellation).ConfigureAwait(false) ? Results.NoContent() : Problem.NotFound("There is no asset with this id.");
}
