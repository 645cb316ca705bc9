using Portcullis.Revocations;

namespace Portcullis.Engine;

/// <summary>What people do with decisions that the breaker holds.</summary>
/// <param name="ledger">Where decisions go.</param>
/// <param name="sessions">To forget the evidence of a dropped session.</param>
/// <param name="assets">To know how long tokens may live.</param>
/// <param name="keys">To know whose tokens verify.</param>
/// <param name="time">The clock.</param>
public sealed class HoldDesk(IRevocationLedger ledger, ISessionEngine sessions, IAssetStore assets, IKeyStore keys, TimeProvider time)
{
    /// <summary>Revokes what was held, on its evidence. Durable when the task completes.</summary>
    /// <returns>The release, or null when it is not held any more.</returns>
    public ValueTask<Decision?> ReleaseAsync(Decision hold, string reason, string actor, CancellationToken cancellation) =>
        AnswerAsync(Release(DecisionIds.Draw(), null, hold, reason, actor), cancellation);

    /// <summary>Rejects what was held: its evidence is void, later evidence may revoke. Durable when the task completes.</summary>
    /// <returns>The drop, or null when it is not held any more.</returns>
    public ValueTask<Decision?> DropAsync(Decision hold, string reason, string actor, CancellationToken cancellation) =>
        AnswerAsync(hold.TakenBack(DecisionIds.Draw(), null, reason, actor, time.GetUtcNow()), cancellation);

    internal Decision Release(string id, string? order, Decision hold, string reason, string actor)
    {
        var now = time.GetUtcNow();
        return hold with
        {
            Sequence = 0, Id = id, Order = order, Kind = DecisionKind.Release, Source = DecisionSource.Manual, Reason = reason, Actor = actor, At = now,
            Until = Decision.LeastUntil(now, assets.Current, keys.Current), Answers = hold.Id,
        };
    }

    private async ValueTask<Decision?> AnswerAsync(Decision answer, CancellationToken cancellation)
    {
        var receipt = await ledger.AppendAsync(answer, cancellation).ConfigureAwait(false);
        if (receipt.Effect != DecisionEffect.Applies)
            return null;
        if (answer is { Kind: DecisionKind.Drop, Subject.Kind: SubjectKind.Session })
            await sessions.ResetAsync(answer.Subject.Value, answer.At.ToUnixTimeMilliseconds(), cancellation).ConfigureAwait(false);
        return receipt.Decision;
    }
}
