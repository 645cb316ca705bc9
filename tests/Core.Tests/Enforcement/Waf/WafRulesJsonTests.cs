using System.Text.Json.Nodes;
using FsCheck.Fluent;

namespace Portcullis.Enforcement.Waf;

public sealed class WafRulesJsonTests
{
    [Fact]
    public void Read_WhatWasWritten_AsksTheSame() => Seeded.Holds(
        Arb.From(PlanCases.Blocks),
        blocks =>
        {
            var plan = WafPlan.Draw(blocks, 60);
            return WafPlan.OfRules(WafRulesJson.Read(JsonNode.Parse(WafRulesJson.Text(plan.Rules))!.AsArray())).AsksTheSameAs(plan);
        },
        PlanCases.Cases);

    [Fact]
    public void Read_NullsAndAnotherOrder_IsTheSame()
    {
        var plan = WafPlan.Draw(PlanCases.Hottest(PlanCases.Drawn(2_500, random => random.Random(12))), 1_500);
        var rules = WafRulesJson.Write(plan.Rules);
        foreach (var rule in rules)
            (rule!["RuleLabels"], rule["CaptchaConfig"]) = (new JsonArray(), null);
        var backwards = new JsonArray([.. rules.Reverse().Select(rule => rule!.DeepClone())]);

        Assert.Equal(2, plan.Rules.Count);
        Assert.True(WafPlan.OfRules(WafRulesJson.Read(backwards)).AsksTheSameAs(plan));
    }

    [Theory]
    [InlineData("""[{}]""")]
    [InlineData("""[{"Name":"x","Priority":0}]""")]
    [InlineData("""[{"Name":7,"Priority":"first","Statement":{}}]""")]
    [InlineData("""[{"Name":"x","Priority":0,"Statement":{"OrStatement":{"Statements":[]}}}]""")]
    [InlineData("""[{"Name":"x","Priority":0,"Statement":{"GeoMatchStatement":{"CountryCodes":["CH"]}},"Action":{"Block":{}}}]""")]
    public void Read_ForeignRule_HasNoPatterns(string rules)
    {
        var read = WafRulesJson.Read(JsonNode.Parse(rules)!.AsArray());

        Assert.Empty(Assert.Single(read).Patterns);
        Assert.False(WafPlan.OfRules(read).AsksTheSameAs(WafPlan.Empty));
    }

    [Fact]
    public void Read_NoRules_IsEmpty() => Assert.True(WafPlan.OfRules(WafRulesJson.Read(null)).AsksTheSameAs(WafPlan.Empty));
}
