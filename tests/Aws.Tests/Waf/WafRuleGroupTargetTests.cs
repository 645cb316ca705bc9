using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Aws.Waf;
using Portcullis.Enforcement;
using Portcullis.Enforcement.Waf;
using Portcullis.Revocations;

namespace Portcullis.Aws.Tests.Waf;

/// <summary>The WAF target with its enforcer against moto, with what goes wrong on the way.</summary>
public sealed partial class WafRuleGroupTargetTests : IAsyncLifetime
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

        // What was not drawn may be the name of a folder: it is matched where a whole token follows it.
        Assert.Matches(pattern, "/a.eyJ.x.y/live/one.m3u8");
        Assert.All(
            ["/a/live/one.m3u8", "/ab.eyJ.x.y/live/one.m3u8", "/b/a/live", "/b.eyJ.a.y/a.m3u8", "/A.eyJ.x.y/live", "/aa/live", "/-a/live", "/a", "/a-b/live", "/a_b.x.y.z/live", "a/live", "//a/live", "/%61/live"],
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

    private bool IsPending => Interlocked.Read(ref _version) != _enforcer!.Status.Version;

    private static IReadOnlyList<Block> Sids(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Block(Subject.Session($"{Convert.ToHexString(BitConverter.GetBytes(unchecked((uint)i * 2_654_435_761u)))}aB3d"), long.MaxValue))];

    private static bool IsUpdate(HttpRequest request) => FaultProxy.OperationOf(request) == "UpdateRuleGroup";

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
