using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portcullis.Aws.Tests.Waf;

/// <content>Rules that somebody else has changed or added.</content>
public sealed partial class WafRuleGroupTargetTests
{
    public static TheoryData<string, string> ForeignRules() => new()
    {
        { "its name", "Name" },
        { "its priority", "Priority" },
        { "counts only", "Action" },
        { "another answer", "Answer" },
        { "another place", "UriPath" },
        { "transformed", "Transformation" },
        { "a label", "RuleLabels" },
        { "another kind of statement", "Statement" },
        { "one more", "Further" },
    };

    [SkippableTheory]
    [MemberData(nameof(ForeignRules))]
    public async Task Run_RuleIsNotWhollyThePlans_IsReplaced(string what, string part)
    {
        await EnforceAsync(Sids(40));
        var rules = (await _group.ReadAsync())["RuleGroup"]!["Rules"]!.DeepClone().AsArray();
        var rule = rules[0]!.AsObject();
        var match = (rule["Statement"]!["OrStatement"]?["Statements"]?[0] ?? rule["Statement"])!["RegexMatchStatement"]!;
        switch (part)
        {
            case "Name":
                rule["Name"] = "portcullis-99";
                break;
            case "Priority":
                rule["Priority"] = 9;
                break;
            case "Action":
                rule["Action"] = new JsonObject { ["Count"] = new JsonObject() };
                break;
            case "Answer":
                rule["Action"]!["Block"]!["CustomResponse"]!["ResponseCode"] = 404;
                break;
            case "UriPath":
                match["FieldToMatch"] = new JsonObject { ["QueryString"] = new JsonObject() };
                break;
            case "Transformation":
                match["TextTransformations"]![0]!["Type"] = "LOWERCASE";
                break;
            case "RuleLabels":
                rule["RuleLabels"] = new JsonArray(new JsonObject { ["Name"] = "seen" });
                break;
            case "Statement":
                rule["Statement"] = Foreign("x")["Statement"]!.DeepClone();
                break;
            default:
                rules.Add(Foreign("further"));
                break;
        }
        foreach (var held in rules.Select(held => held!.AsObject()))
            held.Where(member => member.Value is null).ToList().ForEach(member => held.Remove(member.Key));
        await _group.WriteAsync(rules);
        var replaced = 0;
        _proxy.Answered = (request, _, _) => Interlocked.Add(ref replaced, IsUpdate(request) ? 1 : 0);
        _enforcer!.Signal();
        await Poll.UntilAsync(_time, Step, () => Volatile.Read(ref replaced) == 1, $"replaced: {what}");
        await Poll.UntilAsync(_time, Step, () => _enforcer.Status.LastError is null && !IsPending, "settled");

        await AssertHeldAsync();
    }

    private static JsonObject Foreign(string name) => JsonSerializer.Deserialize<JsonObject>($$$"""
        {"Name":"{{{name}}}","Priority":77,"Action":{"Block":{}},
         "Statement":{"ByteMatchStatement":{"SearchString":"L2xpdmU=","FieldToMatch":{"UriPath":{}},"PositionalConstraint":"STARTS_WITH","TextTransformations":[{"Priority":0,"Type":"NONE"}]}},
         "VisibilityConfig":{"SampledRequestsEnabled":false,"CloudWatchMetricsEnabled":false,"MetricName":"{{{name}}}"}}
        """)!;
}
