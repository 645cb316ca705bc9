using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime;
using Portcullis.Aws.Json;
using Portcullis.Enforcement;
using Portcullis.Enforcement.Waf;
using Portcullis.Engine;

namespace Portcullis.Aws.Waf;

/// <summary>A WAFv2 rule group of scope CLOUDFRONT as a target. Rules that others put there are replaced.</summary>
/// <remarks>
/// A rule group has no place for a plan's version and needs none: what it holds is compared by its rules alone, so a restart writes nothing
/// that is there already.
/// </remarks>
public sealed class WafRuleGroupTarget : IEnforcementTarget<WafPlan>, IHealthReporting, IDisposable
{
    private const string Scope = "CLOUDFRONT";

    /// <summary>For how long a failed change counts although the rule group can be read: the enforcer tries again sooner, unless it is not wanted any more.</summary>
    private static readonly TimeSpan FailureCounts = TimeSpan.FromMinutes(1);

    private readonly JsonServiceClient _reading, _writing;
    private readonly WafOptions _options;
    private readonly TimeProvider _time;
    private volatile GetRuleGroupResponse? _held;
    private readonly CallHealth _health;
    private (string Error, long At)? _failedChange;

    /// <summary>Puts the target together; nothing is sent.</summary>
    /// <param name="connection">Credentials and endpoint; the region is us-east-1 whatever it says.</param>
    /// <param name="options">Which rule group, and how much of it.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="WafOptions.Capacity"/> is out of range.</exception>
    public WafRuleGroupTarget(AwsConnection connection, WafOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Capacity, WafPlan.MaxCapacity);
        _reading = new JsonServiceClient(JsonService.Waf, connection);
        // When a change is tried again is the enforcer's to say, who knows how many are admitted.
        _writing = new JsonServiceClient(JsonService.Waf, connection with { Retries = 0 });
        _options = options;
        _time = time;
        _health = new CallHealth(Name, time);
    }

    /// <inheritdoc/>
    public string Name => "waf";

    /// <inheritdoc/>
    public TimeSpan LeastInterval => _options.LeastInterval;

    /// <summary>WCU to draw plans for: what is configured, and no more than the rule group was seen to have.</summary>
    public int Capacity => Math.Min(_options.Capacity, _held?.RuleGroup.Capacity ?? WafPlan.MaxCapacity);

    /// <inheritdoc/>
    public StoreHealth Health => _health.Current;

    /// <inheritdoc/>
    public async ValueTask<WafPlan> ReadAsync(CancellationToken cancellation)
    {
        _held = await CallAsync(
            _reading, "GetRuleGroup", new GetRuleGroupRequest(_options.RuleGroup.Name, Scope, _options.RuleGroup.Id),
            WafPayloads.Default.GetRuleGroupRequest, WafPayloads.Default.GetRuleGroupResponse, cancellation).ConfigureAwait(false);
        _health.Report(WhatIsWrong());
        return WafPlan.OfRules(WafRulesJson.Read(_held.RuleGroup.Rules));
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(WafPlan plan, CancellationToken cancellation)
    {
        if (_held is not { } held)
            throw new InvalidOperationException("A rule group is read before it is written.");
        _failedChange = null;
        if (plan.Capacity > held.RuleGroup.Capacity)
            throw FailedChange(Failed($"The plan needs {plan.Capacity} WCU and the rule group {_options.RuleGroup.Name} has {held.RuleGroup.Capacity}.", null));
        var request = new UpdateRuleGroupRequest(
            _options.RuleGroup.Name, Scope, _options.RuleGroup.Id, held.LockToken, WafRulesJson.Write(plan.Rules),
            held.RuleGroup.Description is { Length: > 0 } description ? description : null, Unsampled(held.RuleGroup.VisibilityConfig), held.RuleGroup.CustomResponseBodies);
        try
        {
            await CallAsync(_writing, "UpdateRuleGroup", request, WafPayloads.Default.UpdateRuleGroupRequest, WafPayloads.Default.UpdateRuleGroupResponse, cancellation).ConfigureAwait(false);
        }
        catch (StoreUnavailableException error)
        {
            throw FailedChange(error);
        }
        catch (TargetConflictException)
        {
            // It may have been this very change that was faster: sent again where a connection broke before the answer.
            if (!(await ReadAsync(cancellation).ConfigureAwait(false)).AsksTheSameAs(plan))
                throw;
        }
        _health.Report(WhatIsWrong());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reading.Dispose();
        _writing.Dispose();
    }

    /// <summary>Sampled requests would show paths, which hold tokens.</summary>
    private static JsonObject Unsampled(JsonObject visibility)
    {
        var unsampled = visibility.DeepClone().AsObject();
        unsampled["SampledRequestsEnabled"] = false;
        return unsampled;
    }

    private string? WhatIsWrong()
    {
        if (_failedChange is { } failed && _time.GetElapsedTime(failed.At) < FailureCounts)
            return failed.Error;
        return _held is { } held && held.RuleGroup.Capacity < _options.Capacity
            ? $"The rule group {_options.RuleGroup.Name} has {held.RuleGroup.Capacity} WCU and {_options.Capacity} are configured; only what it has is used. Its capacity is fixed: create a larger one, or configure less."
            : null;
    }

    private async Task<TOutput> CallAsync<TInput, TOutput>(
        JsonServiceClient client, string operation, TInput input, JsonTypeInfo<TInput> inputType, JsonTypeInfo<TOutput> outputType, CancellationToken cancellation)
        where TOutput : notnull
    {
        try
        {
            return await client.CallAsync(operation, input, inputType, outputType, cancellation).ConfigureAwait(false);
        }
        catch (AmazonServiceException error) when (error.ErrorCode == "WAFOptimisticLockException")
        {
            throw new TargetConflictException($"The rule group {_options.RuleGroup.Name} was changed by somebody else since it was read.", error);
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException)
        {
            throw Failed(WafError.Say(operation, _options.RuleGroup, error), error);
        }
    }

    private StoreUnavailableException FailedChange(StoreUnavailableException error)
    {
        _failedChange = (error.Message, _time.GetTimestamp());
        return error;
    }

    private StoreUnavailableException Failed(string message, Exception? cause)
    {
        _health.Report(message);
        return new StoreUnavailableException(message, cause);
    }
}
