using Portcullis.Assets;
using Portcullis.Tokens;

namespace Portcullis.Api.Contract;

/// <summary>An asset to store; its id stands in the URL.</summary>
internal sealed record AssetRequest
{
    public string? Id { get; init; }

    public string? Host { get; init; }

    public required string Path { get; init; }

    public TokenPolicy Policy { get; init; } = new();

    public Arming Arming { get; init; }

    public Asset ToAsset(string id) => new() { Id = id, Host = Host, Path = Path, Policy = Policy, Arming = Arming };
}

/// <summary>An asset as it was stored: what is read can be put back as it is.</summary>
internal sealed record AssetResponse(string Id, string? Host, string Path, TokenPolicy Policy, Arming Arming)
{
    public static AssetResponse Of(Asset asset) => new(asset.Id, asset.Host, asset.Path, asset.Policy, asset.Arming);
}

internal sealed record AssetsResponse(IReadOnlyList<AssetResponse> Assets);
