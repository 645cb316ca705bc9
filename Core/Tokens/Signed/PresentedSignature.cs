namespace Portcullis.Tokens.Signed;

/// <summary>What a request presents to be let in: the parameters of its URL or, where those are missing, its cookies.</summary>
internal readonly record struct PresentedSignature(string? Policy, string? Expires, string Signature, string KeyPairId, CloudFrontHash Hash)
{
    /// <summary>Reads the parameters. A URL that is signed is judged by its parameters alone, as CloudFront does.</summary>
    public static TokenRejection TryRead(string query, IReadOnlyDictionary<string, string>? cookies, out PresentedSignature presented)
    {
        presented = default;
        var parameters = new Dictionary<string, string>(5);
        foreach (var piece in query.Split('&').Where(SignatureNames.IsParameter))
        {
            var pair = piece.Split('=', 2);
            if (!parameters.TryAdd(pair[0], pair.Length == 2 ? pair[1] : ""))
                return TokenRejection.Malformed;
        }
        if (parameters.ContainsKey(SignatureNames.Signature) || parameters.ContainsKey(SignatureNames.KeyPairId))
            return TryRead(parameters, SignatureNames.Policy, SignatureNames.Expires, SignatureNames.Signature, SignatureNames.KeyPairId, SignatureNames.Hash, out presented);
        return cookies is null
            ? TokenRejection.Missing
            : TryRead(cookies, SignatureNames.PolicyCookie, SignatureNames.ExpiresCookie, SignatureNames.SignatureCookie, SignatureNames.KeyPairIdCookie, SignatureNames.HashCookie, out presented);
    }

    private static TokenRejection TryRead(
        IReadOnlyDictionary<string, string> values, string policyName, string expiresName, string signatureName, string keyPairIdName, string hashName, out PresentedSignature presented)
    {
        presented = default;
        var policy = values.GetValueOrDefault(policyName);
        var expires = values.GetValueOrDefault(expiresName);
        if (!values.TryGetValue(signatureName, out var signature) || !values.TryGetValue(keyPairIdName, out var keyPairId) || (policy is null && expires is null))
            return TokenRejection.Missing;
        CloudFrontHash? hash = values.GetValueOrDefault(hashName, SignatureNames.Sha1) switch
        {
            SignatureNames.Sha1 => CloudFrontHash.Sha1,
            SignatureNames.Sha256 => CloudFrontHash.Sha256,
            _ => null,
        };
        if (hash is null || (policy is not null && expires is not null))
            return TokenRejection.Malformed;
        presented = new(policy, expires, signature, keyPairId, hash.Value);
        return TokenRejection.None;
    }
}
