using System.Diagnostics.Metrics;

namespace Portcullis.Metrics;

/// <summary>What is counted and timed where it happens. Costs next to nothing while nobody listens.</summary>
public static class Instruments
{
    /// <summary>The name of the meter that all instruments of Portcullis belong to.</summary>
    public const string MeterName = "Portcullis";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Answered token requests, by <c>request</c> (<c>mint</c> or <c>renew</c>) and <c>outcome</c>.</summary>
    public static readonly Counter<long> Tokens = Meter.CreateCounter<long>("portcullis.tokens", "{request}", "Answered token requests");

    /// <summary>From the newest line behind an automatic decision to its being durable, seconds; by <c>kind</c> (<c>revoke</c> or <c>hold</c>).</summary>
    public static readonly Histogram<double> Decision = Meter.CreateHistogram<double>("portcullis.decision.duration", "s", "From the newest line of the evidence to the durable decision");

    /// <summary>From a change of what a target must hold to its being written, seconds; by <c>target</c>.</summary>
    public static readonly Histogram<double> Enforcement = Meter.CreateHistogram<double>("portcullis.enforcement.duration", "s", "From a change of the desired state to the target's holding it");

    /// <summary>Attempts to bring a target to its plan that failed, by <c>target</c>.</summary>
    public static readonly Counter<long> EnforcementFailures = Meter.CreateCounter<long>("portcullis.enforcement.failures", "{attempt}", "Failed attempts to write a target");

    /// <summary>A tag of a measurement.</summary>
    public static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
