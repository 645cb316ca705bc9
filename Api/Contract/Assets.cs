using System.Text.Json.Serialization;
using Portcullis.Assets;
using Portcullis.Sessions;
using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Api.Contract;

/// <summary>An asset to store; its id stands in the URL.</summary>
internal sealed record AssetRequest
{
    public string? Id { get; init; }

    public string? Host { get; init; }

    public required string Path { get; init; }

    public TokenFormat Format { get; init; } = TokenFormat.V2;

    public TokenPolicy Policy { get; init; } = new();

    public SmdePolicy? V1Policy { get; init; }

    public Arming Arming { get; init; }

    public IReadOnlyList<ArmedWindow> ArmedWindows { get; init; } = [];

    public DetectionPolicy? Detection { get; init; }

    public Asset ToAsset(string id) => new()
    {
        Id = id, Host = Host, Path = Path, Format = Format, Policy = Policy, V1Policy = V1Policy, Arming = Arming, ArmedWindows = ArmedWindows, Detection = Detection,
    };
}

/// <summary>An asset as it was stored: what is read can be put back as it is.</summary>
internal sealed record AssetResponse(
    string Id, string? Host, string Path, TokenFormat Format, TokenPolicy Policy, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SmdePolicy? V1Policy, Arming Arming,
    IReadOnlyList<ArmedWindow> ArmedWindows, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DetectionPolicy? Detection)
{
    public static AssetResponse Of(Asset asset) => new(asset.Id, asset.Host, asset.Path, asset.Format, asset.Policy, asset.V1Policy, asset.Arming, asset.ArmedWindows, asset.Detection);
}

internal sealed record AssetsResponse(IReadOnlyList<AssetResponse> Assets);
