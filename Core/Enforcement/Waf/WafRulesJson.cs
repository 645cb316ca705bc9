using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portcullis.Enforcement.Waf;

/// <summary>The <c>Rules</c> of UpdateRuleGroup and GetRuleGroup, as the AWS API and command line take and give them.</summary>
public static class WafRulesJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The rules as text for people and the AWS command line.</summary>
    /// <param name="rules">A plan's rules.</param>
    public static string Text(IEnumerable<WafRule> rules) => Write(rules).ToJsonString(Indented);

    /// <summary>The rules as the API takes them.</summary>
    /// <param name="rules">A plan's rules; none is an empty list, which empties the rule group.</param>
    public static JsonArray Write(IEnumerable<WafRule> rules) => new([.. rules.Select(Write)]);

    /// <summary>
    /// The rules that a rule group was found to hold, in the order of their priority. One that is not wholly as <see cref="Write(IEnumerable{WafRule})"/>
    /// writes it (another action, answer or statement, a label) has no patterns, so it equals none of a plan's.
    /// </summary>
    /// <param name="rules">The <c>Rules</c> of GetRuleGroup; null for none.</param>
    public static IReadOnlyList<WafRule> Read(JsonArray? rules) => [.. (rules ?? []).Select(Read).OrderBy(rule => rule.Priority)];

    private static JsonObject Write(WafRule rule) => new()
    {
        ["Name"] = rule.Name,
        ["Priority"] = rule.Priority,
        // AWS refuses an OrStatement of one.
        ["Statement"] = rule.Patterns.Count == 1 ? Match(rule.Patterns[0]) : new JsonObject { ["OrStatement"] = new JsonObject { ["Statements"] = new JsonArray([.. rule.Patterns.Select(Match)]) } },
        ["Action"] = new JsonObject { ["Block"] = new JsonObject { ["CustomResponse"] = new JsonObject { ["ResponseCode"] = WafBlockResponse.Status, ["ResponseHeaders"] = Headers() } } },
        // Sampled requests would show paths, which hold tokens, to everybody who may look at WAF.
        ["VisibilityConfig"] = new JsonObject { ["SampledRequestsEnabled"] = false, ["CloudWatchMetricsEnabled"] = true, ["MetricName"] = rule.Name },
    };

    private static JsonArray Headers() => new([.. WafBlockResponse.Headers.Select(header => new JsonObject { ["Name"] = header.Key, ["Value"] = header.Value })]);

    private static JsonObject Match(string pattern) => new()
    {
        ["RegexMatchStatement"] = new JsonObject
        {
            ["RegexString"] = pattern,
            ["FieldToMatch"] = new JsonObject { ["UriPath"] = new JsonObject() },
            ["TextTransformations"] = new JsonArray(new JsonObject { ["Priority"] = 0, ["Type"] = "NONE" }),
        },
    };

    private static WafRule Read(JsonNode? rule)
    {
        var read = new WafRule(Text(rule?["Name"]) ?? "", Number(rule?["Priority"]) ?? int.MaxValue, PatternsOf(rule?["Statement"]));
        return read.Patterns.Count > 0 && JsonNode.DeepEquals(WithoutEmpty(rule), WithoutEmpty(Write(read))) ? read : read with { Patterns = [] };
    }

    private static string[] PatternsOf(JsonNode? statement) =>
        statement?["OrStatement"]?["Statements"] is JsonArray statements ? [.. statements.Select(PatternOf)] : [PatternOf(statement)];

    /// <summary>What is no pattern is an empty one, which no statement that is compared afterwards has.</summary>
    private static string PatternOf(JsonNode? match) => Text(match?["RegexMatchStatement"]?["RegexString"]) ?? "";

    /// <summary>What says nothing is left out: a server may answer with null or an empty list where nothing was set.</summary>
    private static JsonNode? WithoutEmpty(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(member => member.Value is not (null or JsonArray { Count: 0 })).Select(member => KeyValuePair.Create(member.Key, WithoutEmpty(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(WithoutEmpty)]),
        _ => node?.DeepClone(),
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}
