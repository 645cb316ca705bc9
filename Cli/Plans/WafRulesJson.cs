using System.Text.Encodings.Web;
using System.Text.Json;
using Portcullis.Enforcement.Waf;

namespace Portcullis.Cli.Plans;

/// <summary>The <c>Rules</c> of a call of UpdateRuleGroup, as the AWS command line and API take them.</summary>
internal static class WafRulesJson
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(IEnumerable<WafRule> rules) => JsonSerializer.Serialize(rules.Select(Rule), Written);

    private static object Rule(WafRule rule) => new
    {
        rule.Name,
        rule.Priority,
        // AWS refuses an OrStatement of one.
        Statement = rule.Patterns.Count == 1 ? Match(rule.Patterns[0]) : new { OrStatement = new { Statements = rule.Patterns.Select(Match) } },
        Action = new { Block = new { CustomResponse = new { ResponseCode = WafBlockResponse.Status, ResponseHeaders = WafBlockResponse.Headers.Select(header => new { Name = header.Key, header.Value }) } } },
        // Sampled requests would show paths, which hold tokens, to everybody who may look at WAF.
        VisibilityConfig = new { SampledRequestsEnabled = false, CloudWatchMetricsEnabled = true, MetricName = rule.Name },
    };

    private static object Match(string pattern) => new
    {
        RegexMatchStatement = new { RegexString = pattern, FieldToMatch = new { UriPath = new { } }, TextTransformations = new[] { new { Priority = 0, Type = "NONE" } } },
    };
}
