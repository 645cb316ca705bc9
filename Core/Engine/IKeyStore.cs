using Portcullis.Keys;
using Portcullis.Tokens.Signed;

namespace Portcullis.Engine;

/// <summary>Where the keys behind the tokens are kept.</summary>
public interface IKeyStore
{
    /// <summary>The live keys.</summary>
    KeySet Current { get; }

    /// <summary>Key under which account ids become account tags.</summary>
    ReadOnlyMemory<byte> AccountTagKey { get; }

    /// <summary>The key pair that signs URLs and cookies; null before the first need.</summary>
    CloudFrontKeyPair? SigningPair { get; }

    /// <summary>The keys that signed URLs and cookies are verified with, the signing pair's included.</summary>
    IReadOnlyList<CloudFrontPublicKey> SignatureKeys { get; }

    /// <summary>The key pair that signs; draws it at first need. It is stored when this returns.</summary>
    ValueTask<CloudFrontKeyPair> EnsureSigningPairAsync(CancellationToken cancellation = default);
}
