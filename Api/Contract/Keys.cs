namespace Portcullis.Api.Contract;

/// <summary>The public half of the key pair that signs URLs and cookies, to be given to CloudFront.</summary>
/// <param name="KeyPairId">The key pair id in signed URLs and cookies.</param>
/// <param name="Kind">RSA-2048 or ECDSA on P-256.</param>
/// <param name="PublicKey">PEM.</param>
internal sealed record CloudFrontKeyResponse(string KeyPairId, Tokens.Signed.CloudFrontKeyKind Kind, string PublicKey);
