using FsCheck.Fluent;

namespace Portcullis.Assets;

public sealed class SmdeAssetsTests
{
    private const string Plain = """{"id":"1","endpoint_hostname":"https://d1.cloudfront.net","url_path":"/video/1/index.m3u8","token_policy":{"paths":["/video/1/"],"exp":"+24h","ssn":true}}""";

    private const string Dynamo = """
        {"id":{"S":"2"},"endpoint_hostname":{"S":"https://d1.cloudfront.net/"},"url_path":{"S":"/video/2/index.mpd"},
         "token_policy":{"M":{"paths":{"L":[{"S":"/video/2/"}]},"exp":{"S":"+90m"},"ssn":{"BOOL":true},"session_auto_generate":{"N":"12"}}}}
        """;

    [Theory]
    [InlineData(Dynamo)]
    [InlineData("[" + Dynamo + "]")]
    [InlineData("{\"Items\":[" + Dynamo + "],\"Count\":1,\"ScannedCount\":1}")]
    [InlineData("{\"Item\":" + Dynamo + "}\n")]
    [InlineData("\ufeff[{\"PutRequest\":{\"Item\":" + Dynamo + "}}]")]
    public void Read_AnyWrapping_IsTheSameAsset(string text)
    {
        var reading = SmdeAssets.Read(text);

        Assert.Empty(reading.Errors);
        var asset = Assert.Single(reading.Assets);
        Assert.Equal(("2", "https://d1.cloudfront.net", "/video/2/index.mpd"), (asset.Id, asset.Host, asset.Path));
        Assert.Equal((true, 12, "+90m"), (asset.Policy.Ssn, asset.Policy.SessionAutoGenerate, asset.Policy.Exp));
        Assert.Equal(["/video/2/"], asset.Policy.Paths);
    }

    [Theory]
    [InlineData("[" + Plain + "," + Dynamo + "]")]
    [InlineData("{\"Item\":" + Plain + "}\n{\"Item\":" + Dynamo + "}\n")]
    [InlineData("{\"Items\":[" + Plain + "]}\n{\"Items\":[" + Dynamo + "]}")]
    [InlineData(Plain + "\r\n" + Dynamo)]
    public void Read_SeveralRows_KeepTheirOrder(string text)
    {
        var reading = SmdeAssets.Read(text);

        Assert.Empty(reading.Errors);
        Assert.Equal(["1 0", "2 1"], reading.Assets.Select(asset => $"{asset.Id} {asset.Row}"));
    }

    [Fact]
    public void Read_RowWithoutHostAndPath_IsAnAssetStill() =>
        Assert.Equal(new SmdeAsset("1", null, null, SmdeAssets.Read(Plain).Assets[0].Policy) with { Policy = null! },
            SmdeAssets.Read("""{"id":"1","url_path":null,"token_policy":{"paths":["/"],"exp":"+1h"}}""").Assets[0] with { Policy = null! });

    [Theory]
    [InlineData("""{"token_policy":$}""", "assets[0].id")]
    [InlineData("""{"id":"","token_policy":$}""", "assets[0].id")]
    [InlineData("""{"id":1,"token_policy":$}""", "assets[0].id")]
    [InlineData("""{"id":"a","endpoint_hostname":"d1.cloudfront.net","token_policy":$}""", "assets[0].endpoint_hostname")]
    [InlineData("""{"id":"a","url_path":"video/1","token_policy":$}""", "assets[0].url_path")]
    [InlineData("""{"id":"a"}""", "assets[0].token_policy")]
    [InlineData("""{"id":"a","token_policy":"x"}""", "assets[0].token_policy")]
    [InlineData("""{"id":"a","token_policy":{"paths":["/"],"exp":"never"}}""", "assets[0].token_policy.exp")]
    [InlineData("""{"id":"a\ud800","token_policy":$}""", "assets[0]")]
    [InlineData("""[{"id":"a","token_policy":$},{"id":"a","token_policy":$}]""", "assets[1].id")]
    [InlineData("""{"Items":[{"id":"a","token_policy":$},7]}""", "assets[1]")]
    [InlineData("""[{"id":"a","token_policy":$}] {"id":""", "assets[1]")]
    [InlineData("""{"Items":[]}""", "assets")]
    [InlineData("[]", "assets")]
    [InlineData("", "assets")]
    public void Read_FieldOfWrongForm_IsNamedWithItsRow(string text, string field) =>
        Assert.Equal(field, Assert.Single(SmdeAssets.Read(text.Replace("$", """{"paths":["/"],"exp":"+1h"}""", StringComparison.Ordinal)).Errors).Field);

    [Fact]
    public void Read_OneWrongRow_LeavesTheOthers() =>
        Assert.Equal("1", Assert.Single(SmdeAssets.Read($"[{{\"id\":\"0\"}},{Plain}]").Assets).Id);

    [Fact]
    public void Read_AnyPiecesOfJson_NeverThrows()
    {
        string[] pieces = ["{", "}", "[", "]", ",", ":", "\"Items\"", "\"Item\"", "\"PutRequest\"", "\"S\"", "\"M\"", "\"id\"", "\"token_policy\"", "1", "null", "\"/a\"", "\"\\ud800\"", "\n", Plain];
        Seeded.Holds(Gen.Elements(pieces).ArrayOf().Values(), chosen => SmdeAssets.Read(string.Concat(chosen)) is { } reading && reading.Assets.Count + reading.Errors.Count > 0, cases: 3000);
    }
}
