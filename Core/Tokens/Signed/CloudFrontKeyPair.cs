using System.Security.Cryptography;

namespace Portcullis.Tokens.Signed;

/// <summary>A key pair that signs for CloudFront. Its text form never shows the private key.</summary>
/// <remarks>Safe for concurrent use: each signature imports the key, which costs little beside an RSA signature.</remarks>
public sealed class CloudFrontKeyPair
{
    private readonly byte[] _privateKey;

    private CloudFrontKeyPair(CloudFrontPublicKey publicKey, byte[] privateKey)
    {
        PublicKey = publicKey;
        _privateKey = privateKey;
    }

    /// <summary>The key pair id, as it stands in URLs and cookies.</summary>
    public string KeyPairId => PublicKey.KeyPairId;

    /// <summary>The public half: what CloudFront and the local edge hold.</summary>
    public CloudFrontPublicKey PublicKey { get; }

    /// <summary>Draws a new key pair.</summary>
    /// <param name="keyPairId">See <see cref="CloudFrontPublicKey.IsKeyPairId"/>.</param>
    /// <param name="kind">RSA unless told otherwise.</param>
    /// <exception cref="ArgumentException">The key pair id has not the form of one.</exception>
    public static CloudFrontKeyPair Draw(string keyPairId, CloudFrontKeyKind kind = CloudFrontKeyKind.Rsa2048)
    {
        using AsymmetricAlgorithm key = kind == CloudFrontKeyKind.EcdsaP256 ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048);
        return FromPkcs8(keyPairId, key.ExportPkcs8PrivateKey());
    }

    /// <summary>Draws a key pair id in the form of CloudFront's: <c>K</c> and 13 upper-case letters and digits.</summary>
    public static string DrawKeyPairId() => "K" + RandomNumberGenerator.GetString("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 13);

    /// <summary>Reads an unencrypted private key: PKCS #8, PKCS #1 or SEC 1 in PEM.</summary>
    /// <exception cref="ArgumentException">The text holds no such key, or one of another kind; the message never shows it.</exception>
    public static CloudFrontKeyPair FromPem(string keyPairId, string pem)
    {
        if (TryRead(RSA.Create(), pem) is { } rsa)
            return FromPkcs8(keyPairId, rsa);
        return TryRead(ECDsa.Create(), pem) is { } ecdsa
            ? FromPkcs8(keyPairId, ecdsa)
            : throw new ArgumentException($"Key pair '{keyPairId}' must be an unencrypted RSA-2048 or P-256 private key in PEM.", nameof(pem));
    }

    /// <summary>Reads an unencrypted private key in PKCS #8, as <see cref="ExportPkcs8"/> wrote it.</summary>
    /// <exception cref="ArgumentException">It is no RSA-2048 or P-256 key; the message never shows it.</exception>
    public static CloudFrontKeyPair FromPkcs8(string keyPairId, ReadOnlySpan<byte> privateKey)
    {
        if (TryImport(RSA.Create(), privateKey) is RSA rsa)
        {
            using (rsa)
                return new(new CloudFrontPublicKey(keyPairId, rsa.ExportSubjectPublicKeyInfo()), privateKey.ToArray());
        }
        if (TryImport(ECDsa.Create(), privateKey) is not ECDsa ecdsa)
            throw new ArgumentException($"Key pair '{keyPairId}' must be an unencrypted RSA-2048 or P-256 private key in PKCS #8.", nameof(privateKey));
        using (ecdsa)
            return new(new CloudFrontPublicKey(keyPairId, ecdsa.ExportSubjectPublicKeyInfo()), privateKey.ToArray());
    }

    /// <summary>A copy of the private key in PKCS #8, for sealing it in a store; the caller clears it.</summary>
    public byte[] ExportPkcs8() => [.. _privateKey];

    /// <summary>Shows the key pair id and the kind only.</summary>
    public override string ToString() => PublicKey.ToString();

    /// <summary>Signs a text: PKCS #1 v1.5 under RSA, DER under ECDSA, as <c>openssl dgst -sign</c> does.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> text, CloudFrontHash hash)
    {
        if (PublicKey.Kind == CloudFrontKeyKind.EcdsaP256)
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportPkcs8PrivateKey(_privateKey, out _);
            return ecdsa.SignData(text, CloudFrontPublicKey.NameOf(hash), DSASignatureFormat.Rfc3279DerSequence);
        }
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(_privateKey, out _);
        return rsa.SignData(text, CloudFrontPublicKey.NameOf(hash), RSASignaturePadding.Pkcs1);
    }

    private static byte[]? TryRead(AsymmetricAlgorithm key, string pem)
    {
        using (key)
        {
            try
            {
                key.ImportFromPem(pem);
                return key.ExportPkcs8PrivateKey();
            }
            catch (Exception error) when (error is ArgumentException or CryptographicException)
            {
                return null;
            }
        }
    }

    private static AsymmetricAlgorithm? TryImport(AsymmetricAlgorithm key, ReadOnlySpan<byte> privateKey)
    {
        try
        {
            key.ImportPkcs8PrivateKey(privateKey, out var read);
            if (read == privateKey.Length)
                return key;
        }
        catch (CryptographicException)
        {
            // A key of the other kind, or none at all.
        }
        key.Dispose();
        return null;
    }
}
