using Portcullis.Aws.Tables;
using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Ledger;

/// <summary>What is forgotten: in memory what has ended; in the log evidence whose time is over, and the texts of an account that is erased.</summary>
public sealed partial class DynamoLedger
{
    private const string RetentionCursor = "cursor", LastSequence = "LastSequence";

    /// <summary>How much the clocks of those who decide may differ: the log is read so much further than to a time.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async ValueTask SweepAsync(CancellationToken cancellation) => await ChangeAsync(
        async token =>
        {
            await CatchUpAsync(token).ConfigureAwait(false);
            var now = SweepTime;
            if (now < _sweptAt)
            {
                // A clock that had run ahead has made us forget what still stands.
                var loaded = await LoadAsync(now, Current.Sequence, token).ConfigureAwait(false);
                _erasures = Math.Max(_erasures, loaded.Erasures);
                _projection.Change(_ => loaded.State);
            }
            else
                _projection.Change(ahead => ahead.Without(now));
            _sweptAt = now;
            _projection.Publish(_projection.Ahead);
            return true;
        },
        cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<int> ForgetEvidenceAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var done = await _table.FindAsync(LedgerKeys.Retention, RetentionCursor, cancellation).ConfigureAwait(false) is { } item ? Number.In(item, LastSequence) : 0;
        var (start, forgotten, isComplete) = (done, 0, true);
        await foreach (var group in _log.ReadAfterAsync(done, cancellation).ConfigureAwait(false))
        {
            if (group.Decisions.Min(decision => decision.At) >= before + ClockTolerance)
                break;
            if (group.Decisions.Any(IsOver))
                forgotten += await _log.RewriteAsync(group.First, decision => IsOver(decision) ? decision.WithoutEvidence() : decision, cancellation).ConfigureAwait(false);
            isComplete &= !group.Decisions.Any(decision => decision.HasEvidence && !IsOver(decision));
            done = isComplete ? group.Last : done;
        }
        if (done > start)
        {
            await _table.PutAsync(
                new() { [DynamoTable.Partition] = new(LedgerKeys.Retention), [DynamoTable.Sort] = new(RetentionCursor), [LastSequence] = Number.Of(done) }, null, null, cancellation).ConfigureAwait(false);
        }
        await ChangeAsync(_ => ChangeState(state => state.WithoutEvidenceBefore(before)), cancellation).ConfigureAwait(false);
        if (await _snapshots.FindAsync(cancellation).ConfigureAwait(false) is { } pointer && pointer.EvidenceFrom < before.ToUnixTimeSeconds())
            await WriteSnapshotAsync(cancellation).ConfigureAwait(false);
        return forgotten;

        bool IsOver(Decision decision) => decision.HasEvidence && decision.At < before;
    }

    /// <inheritdoc/>
    public async Task<int> EraseAsync(string tag, CancellationToken cancellation)
    {
        // Everything that was asked for before is in the log then, and every process learns of the mark before it keeps a snapshot.
        var (last, erasures) = await ChangeAsync(
            async token =>
            {
                await _marks.MarkAsync(tag, token).ConfigureAwait(false);
                await FollowErasuresAsync(token).ConfigureAwait(false);
                return (Current.Sequence, _erasures);
            },
            cancellation).ConfigureAwait(false);
        var groups = await _index.OfAccountAsync(tag, cancellation).ConfigureAwait(false);
        var erased = 0;
        foreach (var first in groups)
            erased += await _log.RewriteAsync(first, decision => IsMeant(decision) ? decision.WithoutTexts() : decision, cancellation).ConfigureAwait(false);
        if (groups.Count > 0)
        {
            // Also where there was none: what somebody began before the mark can only be kept out by one that has followed it.
            while (await _snapshots.FindAsync(cancellation).ConfigureAwait(false) is not { } pointer || pointer.Erasures < erasures)
                await WriteSnapshotAsync(cancellation).ConfigureAwait(false);
            await _snapshots.DeleteOthersAsync(cancellation).ConfigureAwait(false);
        }
        return erased;

        bool IsMeant(Decision decision) =>
            decision.Sequence <= last && decision.Subject.Kind is SubjectKind.Session or SubjectKind.Account && decision.Subject.IsOfAccount(tag) && decision.Reason != Decision.ErasedReason;
    }

    /// <summary>Takes out of memory what was erased, by whichever process. The marks are read before the log, so that nothing they are about comes after them.</summary>
    private async Task FollowErasuresAsync(CancellationToken cancellation)
    {
        var marks = await _marks.ReadAfterAsync(_erasures, cancellation).ConfigureAwait(false);
        await CatchUpAsync(cancellation).ConfigureAwait(false);
        foreach (var (number, tag) in marks)
        {
            await ChangeState(state => state.WithoutTextsOf(tag)).ConfigureAwait(false);
            _erasures = number;
        }
    }

    private Task<bool> ChangeState(Func<RevocationSnapshot, RevocationSnapshot> change)
    {
        _projection.Change(change);
        _projection.Publish(_projection.Ahead);
        return Task.FromResult(true);
    }
}
