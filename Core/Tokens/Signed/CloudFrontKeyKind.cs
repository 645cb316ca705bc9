namespace Portcullis.Tokens.Signed;

/// <summary>The kinds of keys that CloudFront verifies signatures with.</summary>
public enum CloudFrontKeyKind
{
    /// <summary>RSA with a modulus of 2,048 bits, PKCS #1 v1.5 signatures.</summary>
    Rsa2048 = 0,

    /// <summary>ECDSA on P-256, signatures in DER as OpenSSL writes them.</summary>
    EcdsaP256 = 1,
}
