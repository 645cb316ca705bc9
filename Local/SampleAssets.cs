using Portcullis.Assets;
using Portcullis.Tokens;

namespace Portcullis.Local;

/// <summary>The assets that a new local installation starts with: the sample title on demand and as a looped live channel.</summary>
internal static class SampleAssets
{
    public static readonly IReadOnlyList<Asset> All =
    [
        new Asset { Id = "sample-live", Path = "/live/sample/master.m3u8", Policy = new TokenPolicy { Lifetime = 3_600 } },
        new Asset { Id = "sample-vod", Path = "/vod/sample/master.m3u8", Policy = new TokenPolicy { Lifetime = 3_600 } },
    ];
}
