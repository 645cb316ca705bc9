using Amazon.Runtime;

namespace Portcullis.Aws.Waf;

/// <summary>Says what is wrong when WAF refuses, and what to do.</summary>
internal static class WafError
{
    public static string Say(string operation, WafRuleGroupName group, Exception error) => (error as AmazonServiceException)?.ErrorCode switch
    {
        "WAFNonexistentItemException" => $"The rule group {group.Arn} does not exist; create it with scope CLOUDFRONT in us-east-1, or correct the ARN.",
        "AccessDeniedException" => $"The credentials may not call wafv2:{operation} on {group.Arn}; allow it in their policy.",
        "WAFLimitsExceededException" => $"The rules go beyond a limit of AWS WAF: {error.Message}",
        { Length: > 0 } code => $"{operation} of the rule group {group.Name} failed with {code}: {error.Message}",
        _ => $"{operation} of the rule group {group.Name} failed: {error.Message}",
    };
}
