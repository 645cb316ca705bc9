using Portcullis.Aws.Waf;

namespace Portcullis.Aws.Tests.Waf;

public sealed class WafRuleGroupNameTests
{
    [Fact]
    public void Parse_Arn_HasNameAndId()
    {
        const string arn = "arn:aws:wafv2:us-east-1:123456789012:global/rulegroup/revoked/0a1b-2c";

        Assert.Equal(new WafRuleGroupName(arn, "revoked", "0a1b-2c"), WafRuleGroupName.Parse(arn));
    }

    [Theory]
    [InlineData("")]
    [InlineData("revoked")]
    [InlineData("arn:aws:wafv2:eu-west-1:123456789012:regional/rulegroup/revoked/0a1b")]
    [InlineData("arn:aws:wafv2:us-east-1:123456789012:global/webacl/revoked/0a1b")]
    [InlineData("arn:aws:wafv2:us-east-1:123456789012:global/rulegroup/revoked/0a1b\n")]
    public void Parse_NoRuleGroupForCloudFront_IsRefused(string arn) =>
        Assert.Contains("must be arn:aws:wafv2:us-east-1:<account>:global/rulegroup/<name>/<id>", Assert.Throws<FormatException>(() => WafRuleGroupName.Parse(arn)).Message, StringComparison.Ordinal);
}
