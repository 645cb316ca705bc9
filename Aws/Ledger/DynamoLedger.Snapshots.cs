using Portcullis.Engine;

namespace Portcullis.Aws.Ledger;

/// <summary>Keeps the state now and then, beside the writer.</summary>
public sealed partial class DynamoLedger
{
    private static readonly TimeSpan SnapshotAgainAfter = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _oneSnapshot = new(1);
    private Task _snapshotting = Task.CompletedTask;

    // The last decision that a snapshot was begun with, how much stood in it, and when the next may be begun.
    private long _snapshotSequence;
    private int _snapshotSize;
    private DateTimeOffset _snapshotNotBefore;

    private long SnapshotDueAfter => Math.Max(_options.SnapshotEvery, _snapshotSize / 4);

    private void BeginSnapshotWhenDue()
    {
        if (Current.Sequence - _snapshotSequence < SnapshotDueAfter || !_snapshotting.IsCompleted || _isStale || _time.GetUtcNow() < _snapshotNotBefore)
            return;
        _snapshotting = Task.Run(async () =>
        {
            try
            {
                await WriteSnapshotAsync(_stopping.Token).ConfigureAwait(false);
                Report(ref _snapshotError, null);
            }
            catch (Exception error)
            {
                // A start is slower then, and nothing is lost.
                _snapshotNotBefore = _time.GetUtcNow() + SnapshotAgainAfter;
                Report(ref _snapshotError, error.Message);
            }
        });
    }

    /// <summary>Keeps the state of now, unless a newer one is kept already.</summary>
    private async Task WriteSnapshotAsync(CancellationToken cancellation)
    {
        await _oneSnapshot.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var state = await ChangeAsync(
                async token =>
                {
                    await FollowErasuresAsync(token).ConfigureAwait(false);
                    return new StoredSnapshot(Current, _sweptAt, _erasures);
                },
                cancellation).ConfigureAwait(false);
            await _snapshots.WriteAsync(state, cancellation).ConfigureAwait(false);
            _snapshotSequence = state.State.Sequence;
            _snapshotSize = state.State.CountStanding(0);
        }
        finally
        {
            _oneSnapshot.Release();
        }
    }
}
