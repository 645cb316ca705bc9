using System.Text.Json.Nodes;
using Portcullis.Aws.Json;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Aws.Waf;

namespace Portcullis.Aws.Tests.Waf;

/// <summary>A rule group in moto, as a template creates it, and somebody else who looks at it and writes to it.</summary>
internal sealed class TestRuleGroup : IDisposable
{
    private readonly JsonServiceClient _client;

    private TestRuleGroup(JsonServiceClient client, WafRuleGroupName name)
    {
        _client = client;
        Name = name;
    }

    public WafRuleGroupName Name { get; }

    public static async Task<TestRuleGroup> CreateAsync(ServerProcess server, int capacity = 1_500)
    {
        var client = new JsonServiceClient(JsonService.Waf, AwsServers.ConnectTo(server.Url));
        var created = await client.CallAsync("CreateRuleGroup", new JsonObject
        {
            ["Name"] = "revoked",
            ["Scope"] = "CLOUDFRONT",
            ["Capacity"] = capacity,
            ["Description"] = "Sessions that Portcullis has revoked",
            ["VisibilityConfig"] = new JsonObject { ["SampledRequestsEnabled"] = true, ["CloudWatchMetricsEnabled"] = true, ["MetricName"] = "revoked" },
        });
        return new TestRuleGroup(client, WafRuleGroupName.Parse((string)created["Summary"]!["ARN"]!));
    }

    /// <summary>The answer of GetRuleGroup.</summary>
    public Task<JsonObject> ReadAsync() => CallAsync("GetRuleGroup", []);

    /// <summary>The regular expressions that it holds.</summary>
    public async Task<List<string>> PatternsAsync()
    {
        var statements = (await ReadAsync())["RuleGroup"]!["Rules"]!.AsArray().Select(rule => rule!["Statement"]!);
        return [.. statements.SelectMany(statement => statement["OrStatement"]?["Statements"]?.AsArray().AsEnumerable() ?? [statement]).Select(match => (string)match!["RegexMatchStatement"]!["RegexString"]!)];
    }

    /// <summary>Writes rules with whatever lock token holds.</summary>
    public async Task WriteAsync(JsonArray rules)
    {
        var held = await ReadAsync();
        await CallAsync("UpdateRuleGroup", new JsonObject { ["LockToken"] = held["LockToken"]!.DeepClone(), ["Rules"] = rules, ["VisibilityConfig"] = held["RuleGroup"]!["VisibilityConfig"]!.DeepClone() });
    }

    public void Dispose() => _client.Dispose();

    private Task<JsonObject> CallAsync(string operation, JsonObject input)
    {
        (input["Name"], input["Id"], input["Scope"]) = (Name.Name, Name.Id, "CLOUDFRONT");
        return _client.CallAsync(operation, input);
    }
}
