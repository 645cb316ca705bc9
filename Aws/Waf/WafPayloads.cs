using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Portcullis.Aws.Waf;

/// <summary>What GetRuleGroup takes.</summary>
internal sealed record GetRuleGroupRequest(string Name, string Scope, string Id);

/// <summary>What GetRuleGroup answers.</summary>
internal sealed record GetRuleGroupResponse(RuleGroup RuleGroup, string LockToken);

/// <summary>A rule group as AWS holds it; members that are only handed back stay as they came.</summary>
internal sealed record RuleGroup(int Capacity, JsonArray? Rules, string? Description, JsonObject VisibilityConfig, JsonObject? CustomResponseBodies);

/// <summary>What UpdateRuleGroup takes. It replaces the rule group whole: what is left out is gone.</summary>
internal sealed record UpdateRuleGroupRequest(string Name, string Scope, string Id, string LockToken, JsonArray Rules, string? Description, JsonObject VisibilityConfig, JsonObject? CustomResponseBodies);

/// <summary>What UpdateRuleGroup answers.</summary>
internal sealed record UpdateRuleGroupResponse(string NextLockToken);

/// <summary>How they are written and read.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GetRuleGroupRequest))]
[JsonSerializable(typeof(GetRuleGroupResponse))]
[JsonSerializable(typeof(UpdateRuleGroupRequest))]
[JsonSerializable(typeof(UpdateRuleGroupResponse))]
internal sealed partial class WafPayloads : JsonSerializerContext;
