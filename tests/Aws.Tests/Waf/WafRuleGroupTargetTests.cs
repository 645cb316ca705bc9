using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Aws.Waf;
using Portcullis.Enforcement;
using Portcullis.Enforcement.Waf;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.Waf;

/// <summary>The WAF target with its enforcer against moto, with what goes wrong on the way.</summary>
public sealed class WafRuleGroupTargetTests : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly ManualTime _time = new();
    private readonly CancellationTokenSource _stopping = new();
    private ServerProcess _server = null!;
    private FaultProxy _proxy = null!;
    private TestRuleGroup _group = null!;
    private WafRuleGroupTarget _target = null!;
    private Enforcer<WafPlan>? _enforcer;
    private Task _running = Task.CompletedTask;
    private volatile IReadOnlyList<Block> _blocks = [];
    private long _version;
    private int _updates;

    public async Task InitializeAsync()
    {
        _server = await AwsServers.StartMotoAsync();
        _group = await TestRuleGroup.CreateAsync(_server);
        _proxy = await FaultProxy.StartAsync(_server.Url);
        _proxy.Judge = (request, _) => Count(request, null);
        _target = Target();
    }

    public async Task DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _target?.Dispose();
        _group?.Dispose();
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        _server?.Dispose();
        _stopping.Dispose();
    }

    [SkippableFact]
    public async Task Write_5000Sids_AreReadBackEqual()
    {
        var plan = WafPlan.Draw(Sids(5_000), 1_500, version: 7);
        var empty = await _target.ReadAsync(default);
        await _target.WriteAsync(plan, default);
        var held = await _target.ReadAsync(default);

        Assert.Empty(empty.Rules);
        Assert.Equal((5_000, 0), (plan.Sids, plan.LeftOut));
        Assert.True(new WafPlanMeasure().AreEqual(plan, held));
        Assert.All(await _group.PatternsAsync(), pattern => Assert.InRange(pattern.Length, 1, 200));
        Assert.True(_target.Health.IsHealthy, _target.Health.Error);
    }

    [SkippableFact]
    public async Task Write_AnyPlan_KeepsWhatIsNotItsOwnAndShowsNoSamples()
    {
        await _target.ReadAsync(default);
        await _target.WriteAsync(WafPlan.Draw(Sids(1), 3), default);
        var group = (await _group.ReadAsync())["RuleGroup"]!;

        Assert.Equal("Sessions that Portcullis has revoked", (string?)group["Description"]);
        Assert.Equal((false, true, "revoked"), ((bool)group["VisibilityConfig"]!["SampledRequestsEnabled"]!, (bool)group["VisibilityConfig"]!["CloudWatchMetricsEnabled"]!, (string?)group["VisibilityConfig"]!["MetricName"]));
    }

    [SkippableFact]
    public async Task Run_PlanIsThereAlready_AfterARestartNothingIsWritten()
    {
        await EnforceAsync(Sids(500));
        using var again = Target();
        var enforcer = new Enforcer<WafPlan>(again, () => WafPlan.Draw(_blocks, again.Capacity, 99), new WafPlanMeasure(), _time);
        var running = Task.Run(() => enforcer.RunAsync(_stopping.Token));
        await Poll.UntilAsync(_time, Step, () => enforcer.Status.Version == 99, "version 99");
        await _stopping.CancelAsync();
        await running;

        Assert.Equal(1, _updates);
        Assert.Equal((500, 0), (enforcer.Status.Entries, enforcer.Status.LeftOut));
    }

    [SkippableFact]
    public async Task Run_SecondWriterBetweenReadAndWrite_ConvergesOnThePlan()
    {
        await EnforceAsync(Sids(10));
        var intrusions = 2;
        _proxy.Judge = (request, _) =>
        {
            if (IsUpdate(request) && Interlocked.Decrement(ref intrusions) >= 0)
                _group.WriteAsync(new JsonArray(Foreign("intruder"))).GetAwaiter().GetResult();
            return Count(request, null);
        };
        await EnforceAsync(Sids(20));

        Assert.Equal(1 + 3, _updates);
        await AssertHeldAsync();
        Assert.True(_target.Health.IsHealthy, _target.Health.Error);
    }

    [SkippableFact]
    public async Task Write_GroupChangedSinceItWasRead_IsAConflict()
    {
        await _target.ReadAsync(default);
        await _group.WriteAsync([]);

        var error = await Assert.ThrowsAsync<TargetConflictException>(() => _target.WriteAsync(WafPlan.Draw(Sids(1), 3), default).AsTask());
        Assert.Contains("rule group revoked was changed by somebody else", error.Message, StringComparison.Ordinal);
    }

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
        _enforcer!.Signal();
        await Poll.UntilAsync(_time, Step, () => Volatile.Read(ref _updates) == 2, $"replaced: {what}");
        await Poll.UntilAsync(_time, Step, () => _enforcer.Status.LastError is null && !IsPending, "settled");

        await AssertHeldAsync();
    }

    [SkippableTheory]
    [InlineData("throttled")]
    [InlineData("server error")]
    [InlineData("dropped")]
    public async Task Run_UpdateFailsForAWhile_ConvergesAndNamesTheFault(string kind)
    {
        var fails = true;
        _proxy.Judge = (request, _) => Count(request, IsUpdate(request) && Volatile.Read(ref fails) ? FaultOf(kind) : null);
        Start(Sids(10));
        await Poll.UntilAsync(_time, Step, () => _enforcer!.Status.LastError is { } error && error != "not written yet", "a failure");
        var failing = _enforcer!.Status.LastError!;
        Volatile.Write(ref fails, false);
        await ConvergeAsync();

        Assert.StartsWith("UpdateRuleGroup of the rule group revoked failed", failing, StringComparison.Ordinal);
        Assert.Null(_enforcer.Status.LastError);
        await AssertHeldAsync();
        Assert.True(_target.Health.IsHealthy, _target.Health.Error);
    }

    [SkippableTheory]
    [InlineData(1)] // The SDK sends it again, and is told of a conflict.
    [InlineData(11)] // The SDK gives up.
    public async Task Run_AnswerOfTheUpdateIsLost_IsWrittenOnceAndTheStatusKnowsWhen(int answers)
    {
        await EnforceAsync(Sids(10));
        var (first, losses, tokens) = (_enforcer!.Status.LastWrite, answers, new HashSet<string>());
        _proxy.Judge = (request, body) =>
        {
            if (IsUpdate(request))
                tokens.Add((string)JsonNode.Parse(body)!["LockToken"]!);
            return Count(request, IsUpdate(request) && Interlocked.Decrement(ref losses) >= 0 ? Fault.AnswerLost : null);
        };
        _time.Advance(TimeSpan.FromMinutes(1));
        await EnforceAsync(Sids(20));

        Assert.Single(tokens);
        Assert.Equal((20, null), (_enforcer.Status.Entries, _enforcer.Status.LastError));
        Assert.True(_enforcer.Status.LastWrite > first + TimeSpan.FromSeconds(59));
        await AssertHeldAsync();
    }

    [SkippableFact]
    public async Task Run_DownForMinutes_SaysSoAndConverges()
    {
        await EnforceAsync(Sids(10));
        var isDown = true;
        _proxy.Judge = (request, _) => Count(request, Volatile.Read(ref isDown) ? Fault.Dropped : null);
        _target.Dispose();
        _target = Target(retries: 0);
        await _stopping.CancelAsync();
        await _running;
        using var stopping = new CancellationTokenSource();
        _blocks = Sids(30);
        var enforcer = new Enforcer<WafPlan>(_target, () => WafPlan.Draw(_blocks, _target.Capacity, 3), new WafPlanMeasure(), _time);
        var running = Task.Run(() => enforcer.RunAsync(stopping.Token));
        await Poll.UntilAsync(_time, TimeSpan.FromSeconds(2), () => enforcer.Status.LagMilliseconds > 180_000, "three minutes");
        var (down, health) = (enforcer.Status, _target.Health);
        Volatile.Write(ref isDown, false);
        await Poll.UntilAsync(_time, Step, () => enforcer.Status.Version == 3, "version 3");
        await stopping.CancelAsync();
        await running;

        Assert.StartsWith("GetRuleGroup of the rule group revoked failed: wafv2 did not answer", down.LastError, StringComparison.Ordinal);
        Assert.Equal(down.LastError, health.Error);
        Assert.True(enforcer.Status.LagMilliseconds > 180_000);
        Assert.True(_target.Health.IsHealthy, _target.Health.Error);
        await AssertHeldAsync();
    }

    [SkippableFact]
    public async Task Run_EverythingLifted_WritesTheEmptyList()
    {
        await EnforceAsync(Sids(100));
        await EnforceAsync([]);

        Assert.Equal(2, _updates);
        Assert.Empty((await _group.ReadAsync())["RuleGroup"]!["Rules"]!.AsArray());
        Assert.Equal((0, 0, null), (_enforcer!.Status.Entries, _enforcer.Status.LeftOut, _enforcer.Status.LastError));
    }

    [SkippableFact]
    public async Task Run_SidOfOneCharacter_MatchesItsOwnPathsOnly()
    {
        await EnforceAsync([new Block(Subject.Session("a"), long.MaxValue)]);
        var pattern = new Regex(Assert.Single(await _group.PatternsAsync()), RegexOptions.CultureInvariant);

        Assert.All(["/a.eyJ.x.y/live/one.m3u8", "/a/live/one.m3u8"], path => Assert.Matches(pattern, path));
        Assert.All(
            ["/ab.eyJ.x.y/live/one.m3u8", "/b/a/live", "/b.eyJ.a.y/a.m3u8", "/A.eyJ.x.y/live", "/aa/live", "/-a/live", "/a", "/a-b/live", "/a_b.x.y.z/live", "a/live", "//a/live", "/%61/live"],
            path => Assert.DoesNotMatch(pattern, path));
    }

    [SkippableFact]
    public async Task Run_ManyChanges_AreWrittenNoFasterThanAdmitted()
    {
        var times = new List<DateTimeOffset>();
        _proxy.Judge = (request, _) =>
        {
            if (IsUpdate(request))
                times.Add(_time.GetUtcNow());
            return Count(request, null);
        };
        for (var i = 1; i <= 5; i++)
            await EnforceAsync(Sids(i));

        Assert.Equal(5, times.Count);
        Assert.All(times.Zip(times.Skip(1), (before, after) => after - before), pause => Assert.True(pause >= TimeSpan.FromSeconds(1)));
    }

    [SkippableFact]
    public async Task Run_GroupSmallerThanConfigured_UsesWhatItHasAndSaysSo()
    {
        using var server = await AwsServers.StartMotoAsync();
        using var group = await TestRuleGroup.CreateAsync(server, capacity: 30);
        using var target = new WafRuleGroupTarget(AwsServers.ConnectTo(server.Url), new WafOptions { RuleGroup = group.Name, Capacity = 300 }, _time);
        _blocks = Sids(1_000);
        var enforcer = new Enforcer<WafPlan>(target, () => WafPlan.Draw(_blocks, target.Capacity, 1), new WafPlanMeasure(), _time);
        var running = Task.Run(() => enforcer.RunAsync(_stopping.Token));
        await Poll.UntilAsync(_time, Step, () => enforcer.Status.Version == 1, "version 1");
        await _stopping.CancelAsync();
        await running;

        Assert.Equal(30, target.Capacity);
        Assert.Equal(10, (await group.PatternsAsync()).Count);
        Assert.InRange(enforcer.Status.LeftOut, 1, 999);
        Assert.Equal("The rule group revoked has 30 WCU and 300 are configured; only what it has is used. Its capacity is fixed: create a larger one, or configure less.", target.Health.Error);
    }

    [SkippableTheory]
    [InlineData("WAFNonexistentItemException", "does not exist; create it with scope CLOUDFRONT in us-east-1")]
    [InlineData("AccessDeniedException", "may not call wafv2:GetRuleGroup on arn:aws:wafv2:us-east-1:123456789012:global/rulegroup/revoked/")]
    [InlineData("WAFLimitsExceededException", "beyond a limit of AWS WAF")]
    [InlineData("WAFInternalErrorException", "failed with WAFInternalErrorException")]
    public async Task Read_Refused_SaysWhatToDo(string code, string expected)
    {
        _proxy.Judge = (request, _) => Count(request, Fault.Throttled(code));

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => _target.ReadAsync(default).AsTask());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, _target.Health.Error);
    }

    [SkippableFact]
    public async Task Read_GroupThatIsNotThere_SaysSo()
    {
        using var target = new WafRuleGroupTarget(
            AwsServers.ConnectTo(_server.Url), new WafOptions { RuleGroup = WafRuleGroupName.Parse("arn:aws:wafv2:us-east-1:123456789012:global/rulegroup/none/0a1b") }, _time);

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => target.ReadAsync(default).AsTask());
        Assert.Contains("rulegroup/none/0a1b does not exist", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("RequestTimeTooSkewed")]
    [InlineData("InvalidSignatureException")]
    public async Task Run_ClockIsOff_GoesOnWithTheServersTime(string code)
    {
        _proxy.Skew = TimeSpan.FromHours(3);
        var off = TimeSpan.MaxValue;
        _proxy.Judge = (request, _) =>
        {
            var signed = DateTimeOffset.ParseExact(request.Headers["X-Amz-Date"].ToString(), "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            off = (DateTimeOffset.UtcNow + _proxy.Skew - signed).Duration();
            return Count(request, off > TimeSpan.FromMinutes(5) ? Fault.Throttled(code) : null);
        };
        await EnforceAsync(Sids(10));

        Assert.InRange(off, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.Equal((1, null), (_updates, _enforcer!.Status.LastError));
        await AssertHeldAsync();
    }

    private bool IsPending => Interlocked.Read(ref _version) != _enforcer!.Status.Version;

    private static IReadOnlyList<Block> Sids(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Block(Subject.Session($"{Convert.ToHexString(BitConverter.GetBytes(unchecked((uint)i * 2_654_435_761u)))}aB3d"), long.MaxValue))];

    private static JsonObject Foreign(string name) => JsonSerializer.Deserialize<JsonObject>($$$"""
        {"Name":"{{{name}}}","Priority":77,"Action":{"Block":{}},
         "Statement":{"ByteMatchStatement":{"SearchString":"L2xpdmU=","FieldToMatch":{"UriPath":{}},"PositionalConstraint":"STARTS_WITH","TextTransformations":[{"Priority":0,"Type":"NONE"}]}},
         "VisibilityConfig":{"SampledRequestsEnabled":false,"CloudWatchMetricsEnabled":false,"MetricName":"{{{name}}}"}}
        """)!;

    private static bool IsUpdate(HttpRequest request) => FaultProxy.OperationOf(request) == "UpdateRuleGroup";

    private static Fault FaultOf(string kind) => kind switch
    {
        "throttled" => Fault.Throttled("ThrottlingException"),
        "server error" => Fault.ServerError,
        _ => Fault.Dropped,
    };

    private Fault? Count(HttpRequest request, Fault? fault)
    {
        if (IsUpdate(request))
            Interlocked.Increment(ref _updates);
        return fault;
    }

    private WafRuleGroupTarget Target(int retries = 3) => new(AwsServers.ConnectTo(_proxy.Url) with { Retries = retries }, new WafOptions { RuleGroup = _group.Name }, _time);

    private void Start(IReadOnlyList<Block> blocks)
    {
        _blocks = blocks;
        Interlocked.Increment(ref _version);
        if (_enforcer is null)
        {
            _enforcer = new Enforcer<WafPlan>(_target, () => WafPlan.Draw(_blocks, _target.Capacity, Interlocked.Read(ref _version)), new WafPlanMeasure(), _time);
            _running = Task.Run(() => _enforcer.RunAsync(_stopping.Token));
        }
        else
        {
            _enforcer.Signal();
        }
    }

    private Task ConvergeAsync() => Poll.UntilAsync(_time, Step, () => !IsPending, "the plan's version");

    private async Task EnforceAsync(IReadOnlyList<Block> blocks)
    {
        Start(blocks);
        await ConvergeAsync();
    }

    private async Task AssertHeldAsync() =>
        Assert.Equal(WafPlan.Draw(_blocks, 1_500).Rules.SelectMany(rule => rule.Patterns), await _group.PatternsAsync());
}
