using Portcullis.Engine;
using Portcullis.Revocations;

namespace Portcullis.Aws.Ledger;

/// <summary>Something for the ledger's writer to do, in the order in which it was asked for.</summary>
internal abstract class LedgerWork
{
    /// <summary>It was not done, or that is not known.</summary>
    public abstract void Fail(Exception error);
}

/// <summary>A decision to append, with others in one group.</summary>
/// <param name="decision">The decision.</param>
/// <param name="audience">The live sessions of its asset.</param>
/// <param name="size">Its bytes, before they are compressed.</param>
internal sealed class LedgerAppend(Decision decision, LiveAudience audience, int size) : LedgerWork
{
    private readonly TaskCompletionSource<LedgerReceipt> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Decision Decision => decision;

    public LiveAudience Audience => audience;

    public int Size => size;

    public Task<LedgerReceipt> Done => _done.Task;

    /// <summary>As it was judged, while that is not durable.</summary>
    public LedgerReceipt Receipt { get; set; }

    public void Complete() => _done.TrySetResult(Receipt);

    public override void Fail(Exception error) => _done.TrySetException(error);
}

/// <summary>Something else that must not happen while a group is under way.</summary>
internal abstract class LedgerChange : LedgerWork
{
    public abstract Task RunAsync(CancellationToken cancellation);
}

/// <summary>A change that gives something.</summary>
/// <param name="run">The change.</param>
internal sealed class LedgerChange<T>(Func<CancellationToken, Task<T>> run) : LedgerChange
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Done => _done.Task;

    public override async Task RunAsync(CancellationToken cancellation) => _done.TrySetResult(await run(cancellation).ConfigureAwait(false));

    public override void Fail(Exception error) => _done.TrySetException(error);
}
