using Portcullis.Engine;
using Portcullis.Keys;
using Portcullis.Tokens.Signed;

namespace Portcullis.Aws.Tests.Accounts;

/// <summary>No keys, and nobody adds any.</summary>
internal sealed class NoKeys : IKeyStore
{
    public KeySet Current => KeySet.Empty;

    public ReadOnlyMemory<byte> AccountTagKey => default;

    public CloudFrontKeyPair? SigningPair => null;

    public IReadOnlyList<CloudFrontPublicKey> SignatureKeys => [];

    public ValueTask<KeyImport> ImportAsync(SigningKey key, bool signing, CancellationToken cancellation = default) => throw new NotSupportedException();

    public ValueTask<bool> RemoveV1Async(string keyId, CancellationToken cancellation = default) => throw new NotSupportedException();

    public ValueTask<CloudFrontKeyPair> EnsureSigningPairAsync(CancellationToken cancellation = default) => throw new NotSupportedException();

    public ValueTask<bool> AssignKeyPairIdAsync(string keyPairId, CancellationToken cancellation = default) => throw new NotSupportedException();
}
