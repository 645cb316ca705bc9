using Portcullis.Keys;
using Portcullis.Tokens.Signed;

namespace Portcullis.Engine;

/// <summary>Where the keys behind the tokens are kept.</summary>
public interface IKeyStore
{
    /// <summary>The live keys.</summary>
    KeySet Current { get; }

    /// <summary>Takes over a v1 key: its tokens verify from then on. It is stored when this returns.</summary>
    /// <param name="key">A v1 key.</param>
    /// <param name="signing">Makes it the one that signs v1 tokens; false leaves the one that does.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown, and importing again is safe.</param>
    ValueTask<KeyImport> ImportAsync(SigningKey key, bool signing, CancellationToken cancellation = default);

    /// <summary>Removes a v1 key: its tokens are void.</summary>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> RemoveV1Async(string keyId, CancellationToken cancellation = default);

    /// <summary>Key under which account ids become account tags.</summary>
    ReadOnlyMemory<byte> AccountTagKey { get; }

    /// <summary>The key pair that signs URLs and cookies; null before the first need.</summary>
    CloudFrontKeyPair? SigningPair { get; }

    /// <summary>The keys that signed URLs and cookies are verified with, the signing pair's included.</summary>
    IReadOnlyList<CloudFrontPublicKey> SignatureKeys { get; }

    /// <summary>The key pair that signs; draws it at first need. It is stored when this returns.</summary>
    ValueTask<CloudFrontKeyPair> EnsureSigningPairAsync(CancellationToken cancellation = default);

    /// <summary>
    /// Gives the key pair the id that CloudFront assigned to its public half. It signs under that id from then on; signatures under
    /// earlier ids still verify.
    /// </summary>
    /// <param name="keyPairId">See <see cref="CloudFrontPublicKey.IsKeyPairId"/>.</param>
    /// <param name="cancellation">Ends the wait; the outcome is then unknown, and assigning again is safe.</param>
    /// <returns>False when the id is another key's; nothing was changed then.</returns>
    /// <exception cref="InvalidOperationException">No key pair has been drawn yet.</exception>
    ValueTask<bool> AssignKeyPairIdAsync(string keyPairId, CancellationToken cancellation = default);
}
