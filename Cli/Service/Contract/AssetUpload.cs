using System.Text.Json;
using System.Text.Json.Serialization;
using Portcullis.Assets;
using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Cli.Service.Contract;

/// <summary>An asset to store; its id stands in the URL.</summary>
internal sealed record AssetUpload(string? Host, string Path, TokenFormat Format, TokenPolicy Policy, SmdePolicy? V1Policy, Arming Arming)
{
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static JsonElement ToJson(Asset asset) =>
        JsonSerializer.SerializeToElement(new AssetUpload(asset.Host, asset.Path, asset.Format, asset.Policy, asset.V1Policy, asset.Arming), Names);
}
