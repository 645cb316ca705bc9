using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Ledger;

/// <summary>Where the state comes from: a snapshot, and the log after it.</summary>
public sealed partial class DynamoLedger
{
    private const int AboutAMinute = 256;

    // On the writer's loop only: what ended before is not in memory, epoch seconds; and up to which erasure memory has followed.
    private long _sweptAt, _erasures;

    private async Task StartAsync(CancellationToken cancellation)
    {
        var cursor = await _index.ReadCursorAsync(cancellation).ConfigureAwait(false);
        var loaded = await LoadAsync(SweepTime, long.MaxValue, cancellation).ConfigureAwait(false);
        (_sweptAt, _erasures) = (loaded.SweptAt, loaded.Erasures);
        _projection = new LedgerProjection(loaded.State, _time, _options.Breaker);
        _projection.CountLastMinute(await ReadLastMinuteAsync(cancellation).ConfigureAwait(false));
        await foreach (var group in _log.ReadAfterAsync(cursor, cancellation).ConfigureAwait(false))
        {
            // What came after the state was read is found by the first look at the end of the log.
            if (group.Last <= Current.Sequence)
                _index.Add(group);
        }
        _indexing = Task.Run(() => _index.RunAsync(_stopping.Token), CancellationToken.None);
        _writing = Task.Run(WriteAllAsync, CancellationToken.None);
    }

    /// <summary>Reads the state from the newest snapshot that is of use, or else from the whole log.</summary>
    /// <param name="sweepAt">Epoch seconds: what ended before may be missing.</param>
    /// <param name="upTo">The last decision to read, which is the last of its group.</param>
    /// <param name="cancellation">Ends the read.</param>
    private async Task<StoredSnapshot> LoadAsync(long sweepAt, long upTo, CancellationToken cancellation)
    {
        var snapshot = await _snapshots.ReadAsync(sweepAt, cancellation).ConfigureAwait(false) is { } found && found.State.Sequence <= upTo ? found : StoredSnapshot.None;
        _snapshotSequence = snapshot.State.Sequence;
        // Before the log: so everything that a mark is about is in what is read after it.
        var marks = await _marks.ReadAfterAsync(snapshot.Erasures, cancellation).ConfigureAwait(false);
        var state = snapshot.State;
        await foreach (var group in _log.ReadAfterAsync(state.Sequence, cancellation).ConfigureAwait(false))
        {
            if (group.First > upTo)
                break;
            state = group.Decisions.Aggregate(state, (before, decision) => before.Apply(decision));
        }
        state = marks.Aggregate(state, (before, mark) => before.WithoutTextsOf(mark.Tag)).Without(sweepAt);
        _snapshotSize = state.CountStanding(0);
        return new StoredSnapshot(state, sweepAt, marks.Count > 0 ? marks[^1].Number : snapshot.Erasures);
    }

    /// <summary>The decisions of the last minute, and some more: read back until automatic ones are twice as old.</summary>
    private async Task<List<Decision>> ReadLastMinuteAsync(CancellationToken cancellation)
    {
        var decisions = new List<Decision>();
        var now = _time.GetUtcNow();
        await foreach (var group in _log.ReadBeforeAsync(Current.Sequence + 1, AboutAMinute, cancellation).ConfigureAwait(false))
        {
            decisions.AddRange(group.Decisions);
            var automatic = group.Decisions.Where(decision => decision.IsAutomatic).ToList();
            if (automatic.Count > 0 ? automatic.Max(decision => decision.At) < now.AddMilliseconds(-2 * Breaker.Window) : group.Decisions.Max(decision => decision.At) < now.AddHours(-1))
                break;
        }
        return decisions;
    }
}
