namespace Portcullis.Engine;

/// <summary>Where the checkpoints of a log stream's shards are kept.</summary>
public interface ILogCheckpoints
{
    /// <summary>All checkpoints of a stream, in any order; none for a stream that was never read.</summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="cancellation">Ends the read.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    ValueTask<IReadOnlyList<ShardCheckpoint>> LoadAsync(string stream, CancellationToken cancellation = default);

    /// <summary>
    /// Makes the caller the one who reads a shard, in one step: from now on nobody who claimed it earlier can save. A shard without
    /// checkpoint gets one. A failed call leaves the outcome unknown; claiming again is safe.
    /// </summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="shard">The shard's id.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The checkpoint as it was, with the caller's owner number: one more than before, 1 for the first.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    ValueTask<ShardCheckpoint> ClaimAsync(string stream, string shard, CancellationToken cancellation = default);

    /// <summary>
    /// Saves a checkpoint; it is durable when this returns. It never goes backwards: a position smaller than the stored one, none where one
    /// is stored, and an open end where a closed one is stored, change nothing. Saving the same again is safe.
    /// </summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="checkpoint">How far its owner has come.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown.</param>
    /// <returns>Whether the owner still is the one; false when another has claimed the shard since, or it was deleted: nothing was written.</returns>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    ValueTask<bool> SaveAsync(string stream, ShardCheckpoint checkpoint, CancellationToken cancellation = default);

    /// <summary>Deletes the checkpoint of a shard that is no more, or that belonged to an earlier stream of the same name.</summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="shard">The shard's id.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown, and deleting again is safe.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    ValueTask DeleteAsync(string stream, string shard, CancellationToken cancellation = default);
}
