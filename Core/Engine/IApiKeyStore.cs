using Portcullis.Access;

namespace Portcullis.Engine;

/// <summary>Where API keys are kept, as hashes.</summary>
public interface IApiKeyStore
{
    /// <summary>The key whose SHA-256 is given, or null.</summary>
    ApiKey? Find(ReadOnlySpan<byte> hash);

    /// <summary>All keys, oldest first.</summary>
    IReadOnlyList<ApiKey> List();

    /// <summary>Stores a key. Durable when the task completes.</summary>
    /// <param name="key">The key's public part.</param>
    /// <param name="hash">SHA-256 of the secret text.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask AddAsync(ApiKey key, byte[] hash, CancellationToken cancellation = default);

    /// <summary>Removes a key; it is refused from then on. The last key with the role admin stays.</summary>
    /// <returns>Whether it was removed; false when there is no such key, or it is the last admin key.</returns>
    ValueTask<bool> RemoveAsync(string id, CancellationToken cancellation = default);
}
