using Portcullis.Assets;
using Portcullis.Revocations;

namespace Portcullis.Engine;

/// <summary>Decisions by people: revocations and lifts, with the time rules that hold for all of them.</summary>
/// <param name="ledger">Where decisions go.</param>
/// <param name="sessions">To forget the evidence of a lifted session.</param>
/// <param name="assets">To know how long tokens may live.</param>
/// <param name="keys">To know whose tokens verify.</param>
/// <param name="time">The clock.</param>
public sealed class RevocationDesk(IRevocationLedger ledger, ISessionEngine sessions, IAssetStore assets, IKeyStore keys, TimeProvider time)
{
    private const int LongestDays = 400;

    /// <summary>What is wrong with the wished end of a block, or null.</summary>
    public FieldError? CheckUntil(DateTimeOffset? until) => until is { } end && (end <= time.GetUtcNow() || end > time.GetUtcNow().AddDays(LongestDays))
        ? new FieldError("until", $"must lie in the future, within {LongestDays} days")
        : null;

    /// <summary>Revokes a session or an account by hand. Durable when the task completes.</summary>
    /// <param name="subject">A valid subject.</param>
    /// <param name="reason">Why.</param>
    /// <param name="actor">Who.</param>
    /// <param name="until">When it ends; at least as late as a token minted now may live, which is the default.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown.</param>
    public async ValueTask<Decision> RevokeAsync(Subject subject, string reason, string actor, DateTimeOffset? until, CancellationToken cancellation) =>
        (await RevokeAsync(subject, reason, actor, until, null, null, cancellation).ConfigureAwait(false)).Decision;

    /// <summary>Revokes a session or an account, by hand or on a watermark finding. Durable when the task completes.</summary>
    /// <param name="subject">A valid subject.</param>
    /// <param name="reason">Why.</param>
    /// <param name="actor">Who.</param>
    /// <param name="until">When it ends; at least as late as a token minted now may live, which is the default.</param>
    /// <param name="finding">Where the watermark finding is kept; null for a decision by hand.</param>
    /// <param name="requestId">Asking again with the same id is the same decision; null for a new one.</param>
    /// <param name="cancellation">Ends the wait; ask again with the same request id.</param>
    public ValueTask<LedgerReceipt> RevokeAsync(
        Subject subject, string reason, string actor, DateTimeOffset? until, string? finding, string? requestId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return ledger.AppendAsync(
            new Decision
            {
                Id = requestId is null ? DecisionIds.Draw() : DecisionIds.OfRequest(requestId),
                Kind = DecisionKind.Revoke,
                Subject = subject,
                Source = finding is null ? DecisionSource.Manual : DecisionSource.Watermark,
                Reason = reason,
                Actor = actor,
                At = now,
                Until = Math.Max(Decision.LeastUntil(now, assets.Current, keys.Current), until?.ToUnixTimeSeconds() ?? 0),
                Finding = finding,
            },
            cancellation);
    }

    /// <summary>Lifts a revocation. Durable when the task completes.</summary>
    /// <returns>The lift, or null when the revocation does not stand any more.</returns>
    public async ValueTask<Decision?> LiftAsync(Decision revocation, string reason, string actor, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (ledger.Current.Find(revocation.Subject, now.ToUnixTimeSeconds())?.Decision.Id != revocation.Id)
            return null;
        var receipt = await ledger.AppendAsync(revocation.TakenBack(DecisionIds.Draw(), null, reason, actor, now), cancellation).ConfigureAwait(false);
        if (receipt.Effect != DecisionEffect.Applies)
            return null;
        if (revocation.Subject.Kind == SubjectKind.Session)
            await sessions.ResetAsync(revocation.Subject.Value, now.ToUnixTimeMilliseconds(), cancellation).ConfigureAwait(false);
        return receipt.Decision;
    }
}
