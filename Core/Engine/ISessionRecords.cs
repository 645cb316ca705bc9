namespace Portcullis.Engine;

/// <summary>
/// Where the sessions with evidence are kept, in their stored form (<see cref="Sessions.SessionState.Write(BinaryWriter, Sessions.AgentTexts)"/>), and documents of what was
/// learned. Saving again is safe: a record is replaced by a newer one of the same session.
/// </summary>
public interface ISessionRecords : IHealthReporting
{
    /// <summary>All sessions that are kept: sid and stored form.</summary>
    /// <param name="cancellation">Ends the read.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    IAsyncEnumerable<KeyValuePair<string, byte[]>> LoadAsync(CancellationToken cancellation = default);

    /// <summary>Saves changed sessions. Durable when the task completes.</summary>
    /// <param name="changed">Sid and stored form; null deletes the record. Of several for one session the last counts.</param>
    /// <param name="cancellation">Ends the wait; which of them were saved is then unknown.</param>
    /// <exception cref="StoreUnavailableException">Not all of them are known to be saved; save again.</exception>
    ValueTask SaveAsync(IReadOnlyCollection<KeyValuePair<string, byte[]?>> changed, CancellationToken cancellation = default);

    /// <summary>Deletes the sessions of an account; complete when the task completes.</summary>
    /// <param name="tag">The account's tag.</param>
    /// <param name="cancellation">Ends the wait; erasing again is safe.</param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="StoreUnavailableException">Not all of them could be deleted; erase again.</exception>
    ValueTask<int> EraseAsync(string tag, CancellationToken cancellation = default);

    /// <summary>Reads a document back; null where there is none.</summary>
    /// <param name="name">Its name: <c>a-z</c>.</param>
    /// <param name="cancellation">Ends the read.</param>
    /// <exception cref="InvalidDataException">What is stored is not whole.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    ValueTask<byte[]?> LoadDocumentAsync(string name, CancellationToken cancellation = default);

    /// <summary>Saves a document in place of the one before: whoever reads finds the one or the other whole. Durable when the task completes.</summary>
    /// <param name="name">Its name: <c>a-z</c>.</param>
    /// <param name="content">Its content.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown, and saving again is safe.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    ValueTask SaveDocumentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellation = default);
}
