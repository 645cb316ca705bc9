using System.Text.RegularExpressions;

namespace Portcullis.Aws.Waf;

/// <summary>Which rule group is meant.</summary>
/// <param name="Arn">Its ARN.</param>
/// <param name="Name">Its name.</param>
/// <param name="Id">The id that AWS gave it.</param>
public sealed partial record WafRuleGroupName(string Arn, string Name, string Id)
{
    /// <summary>Reads the ARN of a rule group for CloudFront, such as <c>arn:aws:wafv2:us-east-1:123456789012:global/rulegroup/revoked/4a1f…</c>.</summary>
    /// <param name="arn">The ARN.</param>
    /// <exception cref="FormatException">It is none; the message says what is allowed.</exception>
    public static WafRuleGroupName Parse(string arn) =>
        Form().Match(arn) is { Success: true } match
            ? new WafRuleGroupName(arn, match.Groups["name"].Value, match.Groups["id"].Value)
            : throw new FormatException($"'{arn}' is not the ARN of a rule group for CloudFront; it must be arn:aws:wafv2:us-east-1:<account>:global/rulegroup/<name>/<id>.");

    [GeneratedRegex(@"^arn:aws[a-z-]*:wafv2:us-east-1:\d{12}:global/rulegroup/(?<name>[\w-]{1,128})/(?<id>[\w-]{1,36})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
