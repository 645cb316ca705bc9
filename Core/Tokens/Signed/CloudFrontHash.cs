namespace Portcullis.Tokens.Signed;

/// <summary>The hash under the signature of a signed URL or cookie.</summary>
public enum CloudFrontHash
{
    /// <summary>SHA-1: what CloudFront assumes where no hash is named.</summary>
    Sha1 = 0,

    /// <summary>SHA-256: named by <c>Hash-Algorithm=SHA256</c> in a URL, by the cookie <c>CloudFront-Hash-Algorithm</c>.</summary>
    Sha256 = 1,
}
