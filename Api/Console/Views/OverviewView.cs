using Portcullis.Api.Endpoints;
using Portcullis.Enforcement;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Api.Console.Views;

/// <summary>What the overview shows.</summary>
/// <param name="Counts">Sessions in memory.</param>
/// <param name="Stream">The log stream.</param>
/// <param name="LagSeconds">How old the next unread line is, or null when all is read.</param>
/// <param name="Targets">The places that enforce.</param>
/// <param name="Stores">What can fail and recover.</param>
/// <param name="Sessions">The sessions with the highest score.</param>
/// <param name="Standing">How many revocations stand.</param>
/// <param name="Revocations">The newest of them.</param>
/// <param name="Held">How many decisions wait for a person.</param>
/// <param name="Armed">Whether automatic verdicts are enforced.</param>
public sealed record OverviewView(
    SessionCounts Counts, StreamStatus Stream, double? LagSeconds, IReadOnlyList<TargetStatus> Targets, IReadOnlyList<StoreHealth> Stores,
    IReadOnlyList<SessionRow> Sessions, int Standing, IReadOnlyList<Revocation> Revocations, int Held, bool Armed)
{
    /// <summary>What is wrong now, in words; empty when all is well.</summary>
    public IEnumerable<string> Troubles => Targets.Where(target => target.LastError is not null).Select(target => $"{target.Name}: {target.LastError}")
        .Concat(Stores.Where(store => !store.IsHealthy).Select(store => $"{store.Name}: {store.Error}"));
}

/// <summary>Reads the overview.</summary>
internal sealed class OverviewReader(StatusEndpoints.ServiceStatusReader status, ISessionEngine sessions, IRevocationLedger ledger, TimeProvider time)
{
    private const int MostSessions = 50, MostRevocations = 50;

    public async Task<OverviewView> ReadAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var current = ledger.Current;
        var state = status.Read();
        var top = await sessions.TopAsync(null, MostSessions, cancellation).ConfigureAwait(false);
        return new OverviewView(
            state.Sessions, state.Stream, state.StreamLagSeconds, state.Targets, state.Stores,
            [.. top.Select(report => SessionRow.Of(report, current, now))],
            state.Revocations, [.. current.Standing(now).Take(MostRevocations)], state.Held, state.Armed);
    }
}
