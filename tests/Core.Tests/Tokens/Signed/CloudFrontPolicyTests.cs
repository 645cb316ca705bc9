namespace Portcullis.Tokens.Signed;

public sealed class CloudFrontPolicyTests
{
    private static readonly CloudFrontPolicy Canned = new() { Resource = "https://d111111abcdef8.cloudfront.net/horizon.jpg?size=large&license=yes", DateLessThan = 1_767_290_400 };

    [Fact]
    public void ToJson_Canned_IsTheStatementOfTheReference() => Assert.Equal(
        """{"Statement":[{"Resource":"https://d111111abcdef8.cloudfront.net/horizon.jpg?size=large&license=yes","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400}}}]}""",
        Canned.ToJson());

    [Fact]
    public void ToJson_Custom_HasEveryConditionInOrder() => Assert.Equal(
        """{"Statement":[{"Resource":"https://a.example/s/*","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400},"DateGreaterThan":{"AWS:EpochTime":1767200000},"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"}}}]}""",
        (Canned with { Resource = "https://a.example/s/*", DateGreaterThan = 1_767_200_000, SourceIp = "192.0.2.0/24" }).ToJson());

    [Theory]
    [InlineData("https://a.example/a b")]
    [InlineData("https://a.example/\"")]
    [InlineData("https://a.example/\\")]
    [InlineData("https://a.example/ä")]
    [InlineData("https://a.example/\n")]
    public void ToJson_CharacterThatNeedsEncoding_IsRefused(string resource) =>
        Assert.Contains("Resource", Assert.Throws<InvalidOperationException>((Canned with { Resource = resource }).ToJson).Message, StringComparison.Ordinal);
}
