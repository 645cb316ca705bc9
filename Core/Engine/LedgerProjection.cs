using System.Runtime.CompilerServices;
using Portcullis.Revocations;

namespace Portcullis.Engine;

/// <summary>
/// A ledger's state in memory: what is durable, for everybody; and ahead of it what the group under way holds, for the ledger's only writer,
/// who judges in the order of the log.
/// </summary>
/// <remarks>
/// All but <see cref="Current"/> and <see cref="WatchAsync"/> is the writer's alone. Where the log itself remembers more than memory (ids,
/// voids of long ago), the writer asks it.
/// </remarks>
public sealed class LedgerProjection
{
    private readonly Breaker _breaker;
    private readonly TimeProvider _time;
    private readonly Lock _watching = new();
    private volatile RevocationSnapshot _current;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Begins with a state that is durable.</summary>
    /// <param name="state">The state.</param>
    /// <param name="time">The clock.</param>
    /// <param name="breaker">When automatic revocations are held; null for the defaults.</param>
    public LedgerProjection(RevocationSnapshot state, TimeProvider time, BreakerOptions? breaker)
    {
        _current = Ahead = state;
        _time = time;
        _breaker = new Breaker(breaker ?? new BreakerOptions());
    }

    /// <summary>Everything that is durable, and nothing else.</summary>
    public RevocationSnapshot Current => _current;

    /// <summary>The durable state and what the group under way would add.</summary>
    public RevocationSnapshot Ahead { get; private set; }

    /// <summary>Milliseconds on a clock that never goes back.</summary>
    private long Milliseconds => (long)_time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>
    /// Judges a decision whose id is not in the log. One that applies is counted by the breaker, which may have made a hold of it; it is to be
    /// written and given to <see cref="Take"/>, or taken back by <see cref="Retract"/>.
    /// </summary>
    /// <param name="decision">The decision.</param>
    /// <param name="audience">The live sessions of its asset.</param>
    /// <param name="lastVoid">The last lift or drop of a subject by the log: memory forgets voids one day, the log does not.</param>
    public LedgerReceipt Judge(Decision decision, LiveAudience audience, Func<Subject, Decision?> lastVoid)
    {
        var effect = Ahead.Judge(decision);
        if (effect == DecisionEffect.Applies && decision.IsAutomatic && Ahead.LastVoid(decision.Subject) is null && RevocationSnapshot.Voids(lastVoid(decision.Subject), decision))
            effect = DecisionEffect.Voided;
        return new(effect, effect == DecisionEffect.Applies && decision.IsAutomatic ? Limit(decision, audience) : decision);
    }

    /// <summary>Puts a decision ahead that was judged and has its sequence.</summary>
    public void Take(Decision decision) => Ahead = Ahead.Apply(decision);

    /// <summary>Takes back what was counted of a receipt that did not reach the log. If it did all the same, it is counted when it is found there.</summary>
    public void Retract(LedgerReceipt receipt)
    {
        if (receipt is { Effect: DecisionEffect.Applies, Decision.IsAutomatic: true })
            _breaker.Retract(receipt.Decision);
    }

    /// <summary>Drops what was put ahead and is not durable.</summary>
    public void Rewind() => Ahead = _current;

    /// <summary>Puts decisions ahead that were found in the log after it: of a group whose outcome was not known, or of another process.</summary>
    public void TakeFound(IEnumerable<Decision> decisions)
    {
        foreach (var decision in decisions)
        {
            Ahead = Ahead.Apply(decision);
            if (decision.IsAutomatic)
                _breaker.Count(decision, Milliseconds);
        }
    }

    /// <summary>Changes what is ahead otherwise than by a decision: what has ended or was erased leaves it.</summary>
    public void Change(Func<RevocationSnapshot, RevocationSnapshot> change) => Ahead = change(Ahead);

    /// <summary>Tells the breaker of the last minute by the wall clock, which is all that a restart leaves: only one that was put on meanwhile hides some of it.</summary>
    /// <param name="decisions">Decisions among which those of the last minute are.</param>
    public void CountLastMinute(IEnumerable<Decision> decisions)
    {
        var (now, ticks) = (_time.GetUtcNow(), Milliseconds);
        foreach (var decision in decisions.Where(decision => decision.IsAutomatic && decision.At > now.AddMilliseconds(-Breaker.Window)).OrderBy(decision => decision.At))
            _breaker.Count(decision, ticks - Math.Max(0, (long)(now - decision.At).TotalMilliseconds));
    }

    /// <summary>Makes a state the current one: it is durable now.</summary>
    public void Publish(RevocationSnapshot state)
    {
        if (state == _current)
            return;
        TaskCompletionSource changed;
        lock (_watching)
        {
            _current = state;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }

    /// <summary>Yields the current state, and again after every change; slow readers skip to the newest.</summary>
    public async IAsyncEnumerable<RevocationSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_watching)
                changed = _changed.Task;
            yield return _current;
            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private Decision Limit(Decision asked, LiveAudience audience)
    {
        var now = Milliseconds;
        var cause = _breaker.Judge(asked, audience, now);
        var kept = asked with { Kind = cause is null ? DecisionKind.Revoke : DecisionKind.Hold, HeldFor = cause };
        _breaker.Count(kept, now);
        return kept;
    }
}
