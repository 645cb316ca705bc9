using Portcullis.Revocations;
using Portcullis.Tokens;

namespace Portcullis.Engine;

/// <summary>
/// Lifts, releases or drops many at once. The order itself is a decision, with the sequence up to which it reaches: whoever repeats it after
/// a crash finishes it, and does not touch what was decided since.
/// </summary>
/// <param name="ledger">Where decisions go.</param>
/// <param name="holds">Releases.</param>
/// <param name="sessions">To forget the evidence of lifted sessions.</param>
/// <param name="time">The clock.</param>
public sealed class BulkDesk(IRevocationLedger ledger, HoldDesk holds, ISessionEngine sessions, TimeProvider time)
{
    private const int Group = 1_000;

    /// <summary>How many decisions an order would be about now.</summary>
    public BulkOutcome Count(BulkOrder order) => new(null, Targets(order with { UpTo = long.MaxValue }).Count, 0);

    /// <summary>Carries an order out, or finishes it. Durable when the task completes.</summary>
    /// <param name="order">The order; up to where it reaches is filled in here.</param>
    /// <param name="reason">Why.</param>
    /// <param name="actor">Who.</param>
    /// <param name="requestId">The same id is the same order; null for a new one.</param>
    /// <param name="cancellation">Ends the work half way; repeat it with the same id.</param>
    /// <returns>The outcome, or null when the request id belongs to another order.</returns>
    public async ValueTask<BulkOutcome?> CarryOutAsync(BulkOrder order, string reason, string actor, string? requestId, CancellationToken cancellation)
    {
        requestId ??= SessionId.DrawRandom(20);
        var receipt = await ledger.AppendAsync(
            new Decision
            {
                Id = DecisionIds.OfOrder(requestId), Kind = DecisionKind.Bulk, Subject = Subject.Installation, Source = DecisionSource.Manual, Reason = reason, Actor = actor,
                At = time.GetUtcNow(), AssetId = order.Filter?.Asset, Bulk = order with { UpTo = ledger.Current.Sequence },
            },
            cancellation).ConfigureAwait(false);
        if (receipt.Decision.Bulk is not { } given || !given.AsksTheSameAs(order))
            return null;
        var targets = Targets(given);
        foreach (var group in targets.Chunk(Group))
            await AnswerAsync(receipt.Decision, group, cancellation).ConfigureAwait(false);
        return new BulkOutcome(requestId, targets.Count, await ledger.CountOfAsync(receipt.Decision, cancellation).ConfigureAwait(false));
    }

    private List<Decision> Targets(BulkOrder order)
    {
        var (state, now) = (ledger.Current, time.GetUtcNow().ToUnixTimeSeconds());
        return [.. order.AmongThe(order.Action == BulkAction.Lift ? state.Standing(now).Select(revocation => revocation.Decision) : state.Held(now))];
    }

    private async Task AnswerAsync(Decision order, Decision[] targets, CancellationToken cancellation)
    {
        var receipts = await Task.WhenAll(targets.Select(target => ledger.AppendAsync(AnswerTo(order, target), cancellation).AsTask())).ConfigureAwait(false);
        foreach (var receipt in receipts)
        {
            if (receipt is { Effect: DecisionEffect.Applies, Decision: { Kind: DecisionKind.Lift or DecisionKind.Drop, Subject.Kind: SubjectKind.Session } answer })
                await sessions.ResetAsync(answer.Subject.Value, answer.At.ToUnixTimeMilliseconds(), cancellation).ConfigureAwait(false);
        }
    }

    private Decision AnswerTo(Decision order, Decision target)
    {
        var id = DecisionIds.OfAnswer(order, target);
        return order.Bulk!.Action == BulkAction.Release
            ? holds.Release(id, order.Id, target, order.Reason, order.Actor)
            : target.TakenBack(id, order.Id, order.Reason, order.Actor, time.GetUtcNow());
    }
}
