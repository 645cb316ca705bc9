using Portcullis.Revocations;

namespace Portcullis.Engine;

/// <summary>The kill switch and the allow-list: what people set up for all sessions. Each change is a decision of the ledger.</summary>
/// <param name="ledger">Where decisions go.</param>
/// <param name="time">The clock.</param>
public sealed class SwitchDesk(IRevocationLedger ledger, TimeProvider time)
{
    /// <summary>Stops, or starts again, the enforcement of everything automatic. Durable when the task completes; nothing changes when it is so already.</summary>
    /// <param name="armed">Whether automatic verdicts are enforced.</param>
    /// <param name="reason">Why.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown, and asking again is safe.</param>
    public async ValueTask SetAsync(bool armed, string reason, string actor, CancellationToken cancellation) => await ledger.AppendAsync(
        About(Subject.Installation, armed ? DecisionKind.Arm : DecisionKind.Disarm, reason, actor), cancellation).ConfigureAwait(false);

    /// <summary>Puts an entry on the allow-list. Durable when the task completes.</summary>
    /// <param name="entry">A valid entry.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown.</param>
    public async ValueTask AllowAsync(AllowEntry entry, string actor, CancellationToken cancellation) => await ledger.AppendAsync(
        About(Subject.Entry(entry.Id), DecisionKind.Allow, entry.Reason, actor) with { Allow = entry, Until = entry.Expires.ToUnixTimeSeconds() }, cancellation).ConfigureAwait(false);

    /// <summary>Takes an entry off the allow-list. Durable when the task completes.</summary>
    /// <param name="entry">An entry of the list.</param>
    /// <param name="reason">Why.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown, and asking again is safe.</param>
    /// <returns>Whether it was on the list.</returns>
    public async ValueTask<bool> DisallowAsync(AllowEntry entry, string reason, string actor, CancellationToken cancellation) => (await ledger.AppendAsync(
        About(Subject.Entry(entry.Id), DecisionKind.Disallow, reason, actor) with { Allow = entry }, cancellation).ConfigureAwait(false)).Effect == DecisionEffect.Applies;

    private Decision About(Subject subject, DecisionKind kind, string reason, string actor) => new()
    {
        Id = DecisionIds.Draw(), Kind = kind, Subject = subject, Source = DecisionSource.Manual, Reason = reason, Actor = actor, At = time.GetUtcNow(),
    };
}
