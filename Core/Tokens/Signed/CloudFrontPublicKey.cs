using System.Security.Cryptography;

namespace Portcullis.Tokens.Signed;

/// <summary>A public key that verifies signed URLs and cookies: what CloudFront holds in a key group, and a local edge in its plan.</summary>
public sealed class CloudFrontPublicKey
{
    private readonly byte[] _key;

    /// <summary>Puts a public key together.</summary>
    /// <param name="keyPairId">See <see cref="IsKeyPairId"/>.</param>
    /// <param name="subjectPublicKeyInfo">The key, DER.</param>
    /// <exception cref="ArgumentException">The id has not the form of one, or the key is neither RSA-2048 nor P-256.</exception>
    public CloudFrontPublicKey(string keyPairId, ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        if (!IsKeyPairId(keyPairId))
            throw new ArgumentException($"Key pair id '{keyPairId}' must be 1 to 64 upper-case letters and digits.", nameof(keyPairId));
        KeyPairId = keyPairId;
        _key = subjectPublicKeyInfo.ToArray();
        Kind = KindOf(_key) ?? throw new ArgumentException($"Key pair '{keyPairId}' must be RSA with 2,048 bits or ECDSA on P-256.", nameof(subjectPublicKeyInfo));
    }

    /// <summary>The key pair id, as it stands in URLs and cookies.</summary>
    public string KeyPairId { get; }

    /// <summary>The kind of key.</summary>
    public CloudFrontKeyKind Kind { get; }

    /// <summary>Whether a text has the form of a key pair id: 1 to 64 upper-case letters and digits; CloudFront's own have 14, a <c>K</c> first.</summary>
    public static bool IsKeyPairId(ReadOnlySpan<char> id)
    {
        foreach (var c in id)
        {
            if (!char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c))
                return false;
        }
        return id.Length is > 0 and <= 64;
    }

    /// <summary>The key in PEM (<c>BEGIN PUBLIC KEY</c>), as CloudFront's CreatePublicKey takes it.</summary>
    public string ToPem() => PemEncoding.WriteString("PUBLIC KEY", _key) + "\n";

    /// <summary>Whether a signature belongs to a text.</summary>
    /// <param name="text">What was signed.</param>
    /// <param name="signature">PKCS #1 v1.5 under RSA, DER under ECDSA; anything else is false.</param>
    /// <param name="hash">The hash that the signature names.</param>
    public bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature, CloudFrontHash hash)
    {
        if (Kind == CloudFrontKeyKind.EcdsaP256)
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(_key, out _);
            return ecdsa.VerifyData(text, signature, NameOf(hash), DSASignatureFormat.Rfc3279DerSequence);
        }
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(_key, out _);
        return rsa.VerifyData(text, signature, NameOf(hash), RSASignaturePadding.Pkcs1);
    }

    /// <summary>Shows the key pair id and the kind.</summary>
    public override string ToString() => $"{KeyPairId} ({Kind})";

    internal static HashAlgorithmName NameOf(CloudFrontHash hash) => hash == CloudFrontHash.Sha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1;

    private static CloudFrontKeyKind? KindOf(byte[] key)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportSubjectPublicKeyInfo(key, out _);
            return rsa.KeySize == 2048 ? CloudFrontKeyKind.Rsa2048 : null;
        }
        catch (CryptographicException)
        {
            // Not RSA.
        }
        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(key, out _);
            return ecdsa.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value ? CloudFrontKeyKind.EcdsaP256 : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
