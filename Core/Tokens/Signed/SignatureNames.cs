namespace Portcullis.Tokens.Signed;

/// <summary>The query parameters and cookies that carry a signature, in CloudFront's spelling.</summary>
internal static class SignatureNames
{
    public const string Policy = "Policy", Expires = "Expires", Signature = "Signature", KeyPairId = "Key-Pair-Id", Hash = "Hash-Algorithm";

    public const string PolicyCookie = Prefix + Policy, ExpiresCookie = Prefix + Expires, SignatureCookie = Prefix + Signature,
        KeyPairIdCookie = Prefix + KeyPairId, HashCookie = Prefix + Hash;

    public const string Sha1 = "SHA1", Sha256 = "SHA256";

    private const string Prefix = "CloudFront-";

    /// <summary>Whether a piece of a query, <c>name=value</c> or <c>name</c>, is one of the parameters.</summary>
    public static bool IsParameter(string piece) => piece.Split('=', 2)[0] is Policy or Expires or Signature or KeyPairId or Hash;
}
