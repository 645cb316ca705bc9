using System.Security.Cryptography;
using System.Text;

namespace Portcullis.Aws.Signing;

/// <summary>
/// The ECDSA P-256 key that SigV4A derives from an access key: a key derivation in counter mode (NIST SP 800-108) over HMAC-SHA256, tried
/// until the result is in the curve's range.
/// </summary>
internal sealed class SigV4AKey : IDisposable
{
    private const byte LastCounter = 254;

    private readonly ECDsa _key;

    private SigV4AKey(ECDsa key) => _key = key;

    // The order of P-256 less 2: a larger candidate plus one would be no private key.
    private static ReadOnlySpan<byte> OrderLessTwo =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x4F,
    ];

    /// <summary>The public half.</summary>
    public ECPoint Public => _key.ExportParameters(includePrivateParameters: false).Q;

    /// <summary>Derives the key of credentials. It costs two orders of magnitude more than a MAC, so it is done once.</summary>
    /// <param name="accessKeyId">The access key's id.</param>
    /// <param name="secretAccessKey">Its secret.</param>
    /// <exception cref="CryptographicException">No counter led to a key, which has not been seen to happen.</exception>
    public static SigV4AKey Derive(string accessKeyId, string secretAccessKey)
    {
        var secret = Encoding.UTF8.GetBytes("AWS4A" + secretAccessKey);
        // Block 1, label, separator, context (id and counter), length in bits.
        byte[] input = [0, 0, 0, 1, .. Encoding.UTF8.GetBytes(SigV4ASigner.Algorithm), 0, .. Encoding.UTF8.GetBytes(accessKeyId), 0, 0, 0, 1, 0];
        var candidate = new byte[HMACSHA256.HashSizeInBytes];
        try
        {
            for (byte counter = 1; counter <= LastCounter; counter++)
            {
                input[^5] = counter;
                HMACSHA256.HashData(secret, input, candidate);
                if (candidate.AsSpan().SequenceCompareTo(OrderLessTwo) > 0)
                    continue;
                for (var i = candidate.Length - 1; ++candidate[i] == 0; i--)
                {
                    // The carry goes on.
                }
                return new SigV4AKey(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = candidate }));
            }
            throw new CryptographicException("No signing key can be derived from these credentials.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(candidate);
        }
    }

    /// <summary>Signs a text: ECDSA over its SHA-256, in DER, as lower-case hex.</summary>
    public string Sign(string text)
    {
        lock (_key)
            return Convert.ToHexStringLower(_key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
