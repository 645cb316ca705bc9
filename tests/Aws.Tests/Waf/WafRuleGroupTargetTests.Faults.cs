using System.Globalization;
using System.Text.Json.Nodes;
using Portcullis.Aws.Tests.Servers;
using Portcullis.Aws.Waf;
using Portcullis.Enforcement;
using Portcullis.Enforcement.Waf;
using Portcullis.Engine;

namespace Portcullis.Aws.Tests.Waf;

/// <content>What goes wrong between the target and WAF.</content>
public sealed partial class WafRuleGroupTargetTests
{
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
    public async Task Health_MayReadButNotWrite_StaysBadWhileItIsTried()
    {
        _proxy.Judge = (request, _) => Count(request, IsUpdate(request) ? Fault.Throttled("AccessDeniedException") : null);
        await _target.ReadAsync(default);
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => _target.WriteAsync(WafPlan.Draw(Sids(1), 3), default).AsTask());
        await _target.ReadAsync(default);
        var tried = _target.Health.Error;
        _time.Advance(TimeSpan.FromMinutes(1));
        await _target.ReadAsync(default);

        Assert.Contains("may not call wafv2:UpdateRuleGroup on arn:", error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, tried);
        Assert.True(_target.Health.IsHealthy, _target.Health.Error);
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

    private static Fault FaultOf(string kind) => kind switch
    {
        "throttled" => Fault.Throttled("ThrottlingException"),
        "server error" => Fault.ServerError,
        _ => Fault.Dropped,
    };
}
