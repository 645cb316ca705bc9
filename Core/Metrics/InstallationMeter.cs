using System.Diagnostics.Metrics;
using Portcullis.Engine;

namespace Portcullis.Metrics;

/// <summary>What an installation's status says, as instruments that are read when somebody collects.</summary>
public sealed class InstallationMeter : IDisposable
{
    private readonly Meter _meter = new(Instruments.MeterName);
    private readonly IInstallation _installation;
    private readonly TimeProvider _time;

    /// <summary>Starts to offer them.</summary>
    /// <param name="installation">The installation; it outlives this.</param>
    /// <param name="time">The clock.</param>
    public InstallationMeter(IInstallation installation, TimeProvider time)
    {
        _installation = installation;
        _time = time;
        _meter.CreateObservableCounter("portcullis.stream.lines", Lines, "{line}", "Log lines read, by what became of them");
        _meter.CreateObservableCounter("portcullis.stream.after_block", () => _installation.Stream.AfterBlock, "{line}", "Requests refused because their session is revoked");
        _meter.CreateObservableCounter("portcullis.stream.unchecked", () => _installation.Stream.Unchecked, "{line}", "Requests that passed although the edge could not read the revocations");
        _meter.CreateObservableGauge("portcullis.stream.lag", () => _installation.Stream.LagAt(Now)?.TotalSeconds ?? 0, "s", "Age of the newest line read while others wait");
        _meter.CreateObservableGauge("portcullis.sessions", Sessions, "{session}", "Sessions, by state");
        _meter.CreateObservableGauge("portcullis.revocations.standing", () => _installation.Ledger.Current.CountStanding(Now.ToUnixTimeSeconds()), "{revocation}", "Standing revocations");
        _meter.CreateObservableGauge("portcullis.revocations.held", () => _installation.Ledger.Current.Held(Now.ToUnixTimeSeconds()).Count(), "{revocation}", "Automatic revocations that wait for a person");
        _meter.CreateObservableGauge("portcullis.armed", () => _installation.Ledger.Current.Disarmed is null ? 1 : 0, "{1}", "1 when automatic revocations are enforced, 0 when the switch is off");
        _meter.CreateObservableGauge("portcullis.target.lag", () => OfTargets(target => target.LagMilliseconds / 1_000), "s", "How long the newest change waited, or has been waiting");
        _meter.CreateObservableGauge("portcullis.target.entries", () => OfTargets(target => target.Entries), "{revocation}", "Revocations a target holds");
        _meter.CreateObservableGauge("portcullis.target.left_out", () => OfTargets(target => target.LeftOut), "{entry}", "Revocations and keys that a target has no room for");
        _meter.CreateObservableGauge("portcullis.target.failing", () => OfTargets(target => target.FailingSince is { } since ? (Now - since).TotalSeconds : 0), "s", "For how long a target has been failing; 0 when it works");
        _meter.CreateObservableGauge("portcullis.part.healthy", Parts, "{1}", "1 when a part works, 0 when it does not");
        _meter.CreateObservableGauge("portcullis.rotation.age", () => _installation.Rotation.Status?.Age.TotalSeconds ?? 0, "s", "Age of the key rotation under way; 0 without one");
        _meter.CreateObservableGauge("portcullis.rotation.stuck", () => _installation.Rotation.Status is { IsStuck: true } ? 1 : 0, "{1}", "1 when the rotation under way is stuck");
        _meter.CreateObservableGauge("portcullis.webhooks.pending", () => _installation.Webhooks.Counts.Pending, "{notification}", "Notifications that no receiver has taken yet");
        _meter.CreateObservableGauge("portcullis.webhooks.dead", () => _installation.Webhooks.Counts.Dead, "{notification}", "Notifications given up");
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Lines()
    {
        var stream = _installation.Stream;
        return [Of("accepted", stream.Accepted), Of("refused", stream.Refused), Of("malformed", stream.Malformed), Of("dropped", stream.Dropped)];

        static Measurement<long> Of(string outcome, long count) => new(count, Instruments.Tag("outcome", outcome));
    }

    private IEnumerable<Measurement<int>> Sessions()
    {
        var counts = _installation.Sessions.Counts;
        return [Of("live", counts.Live), Of("in_memory", counts.InMemory), Of("flagged", counts.Flagged), Of("revoked", counts.Revoked)];

        static Measurement<int> Of(string state, int count) => new(count, Instruments.Tag("state", state));
    }

    private IEnumerable<Measurement<double>> OfTargets(Func<Enforcement.TargetStatus, double> value) =>
        _installation.Targets.Select(target => new Measurement<double>(value(target), Instruments.Tag("target", target.Name)));

    private IEnumerable<Measurement<int>> Parts() =>
        _installation.Health.Select(part => new Measurement<int>(part.IsHealthy ? 1 : 0, Instruments.Tag("part", part.Name)));
}
