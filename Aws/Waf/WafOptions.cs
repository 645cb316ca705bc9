using Portcullis.Enforcement.Waf;

namespace Portcullis.Aws.Waf;

/// <summary>Settings of the WAF target.</summary>
public sealed record WafOptions
{
    /// <value>The rule group to write to; nobody else may.</value>
    public required WafRuleGroupName RuleGroup { get; init; }

    /// <value>WCU of the rule group to use, 0 to <see cref="WafPlan.MaxCapacity"/>. Default 1,500. Of a smaller group only what it has is used.</value>
    public int Capacity { get; init; } = 1_500;

    /// <value>The least time between two changes. Default 1 s: AWS admits one change a second of all an account's web ACLs and rule groups.</value>
    public TimeSpan LeastInterval { get; init; } = TimeSpan.FromSeconds(1);
}
