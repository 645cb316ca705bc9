using System.Text;
using Portcullis.Tokens;
using Portcullis.Tokens.V1;

namespace Portcullis.Assets;

public sealed class AssetCatalogueTests
{
    private static Asset V1(string id, string prefix, string exp = "+24h") =>
        new() { Id = id, Path = "/x", Format = TokenFormat.V1, V1Policy = new() { Paths = [prefix], Exp = exp } };

    private static string? Find(string path, params Asset[] assets) => new AssetCatalogue(1, assets).FindByPath(Encoding.UTF8.GetBytes(path))?.Id;

    [Theory]
    [InlineData("/video/1/a.ts", "one")]
    [InlineData("/video/10/a.ts", "one")]
    [InlineData("/video/100/a.ts", "hundred")]
    [InlineData("/video/2/a.ts", null)]
    [InlineData("/v2/1/a.ts", "two")]
    [InlineData("/v2/10/a.ts", null)]
    public void FindByPath_PrefixOfAV1Asset_IsNoSegment(string path, string? asset) => Assert.Equal(
        asset, Find(path, V1("one", "/video/1"), V1("hundred", "/video/100/"), new Asset { Id = "two", Path = "/v2/1/a", Policy = new() { Paths = ["/v2/1"] } }));

    [Fact]
    public void FindByPath_EscapedPrefix_IsComparedDecoded() => Assert.Equal("one", Find("/a b/ü.ts", V1("one", "/a%20b/%C3%BC")));

    [Theory]
    [InlineData(0, 0L)]
    [InlineData(1, 1_000L + (48 * 3600))]
    [InlineData(2, 1_999_999_999L)]
    public void LastV1Expiry_OfAllPolicies_IsTheLatest(int assets, long expected)
    {
        Asset[] all = [V1("a", "/a/", "+48h") with { Format = TokenFormat.V2 }, V1("b", "/b/", "1999999999")];

        var catalogue = new AssetCatalogue(1, [.. all.Take(assets), V1("c", "/c/") with { Format = TokenFormat.V2, V1Policy = null }]);

        Assert.Equal(expected, catalogue.LastV1Expiry(1_000));
    }
}
