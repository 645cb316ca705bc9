using System.CommandLine;
using System.Globalization;
using Portcullis.Cli.Commands;
using Portcullis.Enforcement.Waf;

namespace Portcullis.Cli.Plans;

/// <summary><c>waf plan</c>: the rules of a WAFv2 rule group that block given sessions and accounts.</summary>
internal static class WafCommand
{
    public static Command Create() => new("waf", "Plans of AWS WAF.") { CreatePlan() };

    private static Command CreatePlan()
    {
        var capacity = new Option<int>("--wcu") { Description = $"Capacity of the rule group in WCU, 0 to {WafPlan.MaxCapacity}.", Required = true };
        capacity.Between(0, WafPlan.MaxCapacity);
        var command = new Command("plan", "Prints the Rules of UpdateRuleGroup that block the sids of a file, as many as fit, most important first.") { capacity };
        return new PlanOptions().Attach(command, (parse, blocks, now) =>
        {
            var plan = WafPlan.Draw(blocks.Where(block => now < block.Until), parse.GetValue(capacity));
            return (WafRulesJson.Text(plan.Rules), plan.LeftOut == 0 ? null : LeftOut(plan, parse.GetValue(capacity)));
        });
    }

    private static string LeftOut(WafPlan plan, int capacity) => string.Create(
        CultureInfo.InvariantCulture, $"waf plan: {plan.LeftOut} do not fit into {capacity} WCU; held are {plan.Sids + plan.Covered} sids and {plan.AccountTags} accounts");
}
