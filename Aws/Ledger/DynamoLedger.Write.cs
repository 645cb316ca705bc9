using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Ledger;

/// <summary>The only writer of this process: takes what has queued up, judges it in the order of the log and writes it as one group.</summary>
public sealed partial class DynamoLedger
{
    private const int MaxGroup = 500, PlaceAttempts = 3, PollsBetweenErasures = 10;

    // On the writer's loop only: whether the end of the log must be read before anything is judged, since the outcome of a write is unknown.
    private bool _isStale;
    private int _polls;

    private async Task WriteAllAsync()
    {
        var group = new List<LedgerAppend>(MaxGroup);
        while (!_stopping.IsCancellationRequested)
        {
            using (var idle = new CancellationTokenSource(_options.PollEvery, _time))
            using (var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, _stopping.Token))
            {
                try
                {
                    if (!await _queue.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false))
                        return;
                }
                catch (OperationCanceledException)
                {
                    // Nothing to do: time to look what others have written.
                }
            }
            if (TakeGroup(group))
                await CommitAsync(group, _stopping.Token).ConfigureAwait(false);
            else if (!_queue.Reader.TryPeek(out var work))
                await RunAsync(new LedgerChange<bool>(PollAsync), _stopping.Token).ConfigureAwait(false);
            else if (work is LedgerChange change && _queue.Reader.TryRead(out _))
                await RunAsync(change, _stopping.Token).ConfigureAwait(false);
            BeginSnapshotWhenDue();
        }
        _queue.Writer.TryComplete();
        while (_queue.Reader.TryRead(out var left))
            left.Fail(new StoreUnavailableException("The ledger was closed."));
    }

    /// <summary>Takes decisions off the queue, as many as fit into an item and no further than to something else that is to be done.</summary>
    private bool TakeGroup(List<LedgerAppend> group)
    {
        group.Clear();
        for (var bytes = 0; group.Count < MaxGroup && _queue.Reader.TryPeek(out var work) && work is LedgerAppend append; group.Add(append))
        {
            if ((bytes += append.Size) > LedgerLog.MaxGroupBytes && group.Count > 0)
                break;
            _queue.Reader.TryRead(out _);
        }
        return group.Count > 0;
    }

    private async Task RunAsync(LedgerChange change, CancellationToken cancellation)
    {
        try
        {
            if (_isStale)
                await CatchUpAsync(cancellation).ConfigureAwait(false);
            await change.RunAsync(cancellation).ConfigureAwait(false);
            Report(ref _logError, null);
        }
        catch (Exception error)
        {
            Report(ref _logError, error.Message);
            change.Fail(new StoreUnavailableException("The ledger cannot be used now; whether the change was made is not known.", error));
        }
    }

    private async Task CommitAsync(List<LedgerAppend> group, CancellationToken cancellation)
    {
        try
        {
            if (_isStale)
                await CatchUpAsync(cancellation).ConfigureAwait(false);
            while (!await TryCommitAsync(group, cancellation).ConfigureAwait(false))
            {
                // Another process was first: judged anew, against what it has written.
            }
        }
        catch (Exception error)
        {
            Retract(group);
            var isRefusal = error is DecisionTooLargeException;
            _isStale = !isRefusal;
            if (!isRefusal)
                Report(ref _logError, error.Message);
            foreach (var append in group)
                append.Fail(isRefusal ? error : new StoreUnavailableException("The ledger cannot be written now; whether the decision was kept is not known.", error));
            return;
        }
        Report(ref _logError, null);
        foreach (var append in group)
            append.Complete();
    }

    /// <summary>Judges decisions and writes those that apply.</summary>
    /// <returns>False when the log has grown meanwhile: nothing was written then.</returns>
    private async Task<bool> TryCommitAsync(List<LedgerAppend> group, CancellationToken cancellation)
    {
        var decisions = await JudgeAsync(group, cancellation).ConfigureAwait(false);
        // What is refused is fenced as well: by a look instead of a write.
        if (decisions.Count == 0)
            return group.TrueForAll(append => append.Receipt.Effect == DecisionEffect.AlreadyThere) || !await CatchUpAsync(cancellation).ConfigureAwait(false);
        var written = new LogGroup(Guid.NewGuid().ToString("N"), decisions[0].Sequence, decisions);
        var tail = await PlaceAsync(written, cancellation).ConfigureAwait(false);
        var isWritten = tail.Count == 0 || tail[0].Id == written.Id;
        if (isWritten)
        {
            _index.Add(written);
            _projection.Publish(_projection.Ahead);
        }
        else
            Retract(group);
        TakeFound(tail.Where(other => other.Id != written.Id));
        return isWritten;
    }

    private async Task<List<Decision>> JudgeAsync(List<LedgerAppend> group, CancellationToken cancellation)
    {
        var known = await FindAllAsync(group.Select(append => append.Decision.Id), cancellation).ConfigureAwait(false);
        // Another process's index may be ahead of what was read of its log here. What comes with that may hold the other ids as well.
        if (known.Values.Any(decision => decision.Sequence > _projection.Ahead.Sequence) && await CatchUpAsync(cancellation).ConfigureAwait(false))
            known = await FindAllAsync(group.Select(append => append.Decision.Id), cancellation).ConfigureAwait(false);
        var voids = await FindForgottenVoidsAsync(group, cancellation).ConfigureAwait(false);
        var decisions = new List<Decision>();
        foreach (var append in group)
        {
            if (known.TryGetValue(append.Decision.Id, out var same))
            {
                append.Receipt = new(DecisionEffect.AlreadyThere, same);
                continue;
            }
            append.Receipt = _projection.Judge(append.Decision, append.Audience, voids.GetValueOrDefault);
            if (append.Receipt.Effect != DecisionEffect.Applies)
                continue;
            var kept = append.Receipt.Decision with { Sequence = _projection.Ahead.Sequence + 1 };
            append.Receipt = append.Receipt with { Decision = kept };
            _projection.Take(kept);
            known.Add(kept.Id, kept);
            decisions.Add(kept);
        }
        return decisions;
    }

    /// <summary>Memory forgets voids that no evidence can be as old as, or nearly: who comes with such evidence is looked up in the log.</summary>
    private async Task<Dictionary<Subject, Decision?>> FindForgottenVoidsAsync(List<LedgerAppend> group, CancellationToken cancellation)
    {
        var voids = new Dictionary<Subject, Decision?>();
        var remembered = (_sweptAt - RevocationSnapshot.VoidRetention + 1) * 1_000;
        foreach (var decision in group.Select(append => append.Decision).Where(decision => decision.IsAutomatic && decision.EvidenceUntil <= remembered && _projection.Ahead.LastVoid(decision.Subject) is null))
        {
            if (voids.ContainsKey(decision.Subject))
                continue;
            var about = await _index.AboutAsync(decision.Subject, long.MaxValue, cancellation).ConfigureAwait(false);
            var last = about.Find(entry => entry.Kind is DecisionKind.Lift or DecisionKind.Drop);
            voids[decision.Subject] = last == default ? null : (await _log.ReadAsync([last.First], cancellation).ConfigureAwait(false))[last.First].At(last.Sequence);
        }
        return voids;
    }

    /// <summary>
    /// Writes a group into its place. When that is not known to have happened, the log itself is asked, and as long as the place is free the
    /// same group may be written again: no two of its attempts can both count.
    /// </summary>
    /// <returns>What lies in the place and after it, as far as it was looked at: nothing when the group was written at once.</returns>
    private async Task<List<LogGroup>> PlaceAsync(LogGroup group, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            StoreUnavailableException? unknown = null;
            try
            {
                if (await _log.TryAppendAsync(group, cancellation).ConfigureAwait(false))
                    return [];
            }
            catch (StoreUnavailableException error)
            {
                unknown = error;
            }
            var tail = await ReadTailAsync(group.First - 1, cancellation).ConfigureAwait(false);
            if (tail.Count > 0)
                return tail;
            if (attempt == PlaceAttempts)
                throw new StoreUnavailableException("The end of the log cannot be written.", unknown);
        }
    }

    private void Retract(List<LedgerAppend> group)
    {
        foreach (var append in group)
        {
            _projection.Retract(append.Receipt);
            append.Receipt = default;
        }
        _projection.Rewind();
    }

    private async Task<bool> PollAsync(CancellationToken cancellation)
    {
        if (_polls++ % PollsBetweenErasures == 0)
            await FollowErasuresAsync(cancellation).ConfigureAwait(false);
        else
            await CatchUpAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes what is in the log after memory: of another process, or of an own write whose outcome was unknown.</summary>
    /// <returns>Whether there was anything.</returns>
    private async Task<bool> CatchUpAsync(CancellationToken cancellation)
    {
        var tail = await ReadTailAsync(_projection.Current.Sequence, cancellation).ConfigureAwait(false);
        TakeFound(tail);
        _isStale = false;
        return tail.Count > 0;
    }

    private void TakeFound(IEnumerable<LogGroup> groups)
    {
        foreach (var group in groups)
        {
            _projection.TakeFound(group.Decisions);
            _index.Add(group);
        }
        _projection.Publish(_projection.Ahead);
    }

    private async Task<List<LogGroup>> ReadTailAsync(long after, CancellationToken cancellation)
    {
        var groups = new List<LogGroup>();
        await foreach (var group in _log.ReadAfterAsync(after, cancellation).ConfigureAwait(false))
            groups.Add(group);
        return groups;
    }
}
