using Portcullis.Cli.Output;
using Portcullis.Cli.Service;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Simulation;

/// <summary>Gets the token that a simulation plays with.</summary>
internal static class SimulatedToken
{
    /// <summary>Mints a token for the viewer who asks first, as a paying customer would.</summary>
    public static Task<TokenGrant> MintAsync(ServiceClient service, string asset, ViewerIdentity viewer, CancellationToken cancellationToken)
    {
        var headers = new Dictionary<string, string> { ["user-agent"] = viewer.UserAgent };
        var subject = new TokenViewer(viewer.Address, viewer.Country, viewer.Region, viewer.City, headers, new Dictionary<string, string>());
        return service.MintAsync(new TokenRequest(asset, subject), cancellationToken);
    }

    public static string Announce(TokenGrant grant, string asset) =>
        $"token {TokenText.OfPlaybackUrl(grant.PlaybackUrl)} for {asset}, session {grant.Sid}";

    /// <summary>The asset's arming, or null when this key may not read assets: minting decides whether the asset is known.</summary>
    public static async Task<AssetRecord?> FindAssetAsync(ServiceClient service, string asset, CancellationToken cancellationToken)
    {
        try
        {
            return service.Read<AssetRecord>(await service.AssetAsync(asset, cancellationToken));
        }
        catch (ServiceFailure failure) when (failure.Status is 403 or 404)
        {
            return null;
        }
    }
}
