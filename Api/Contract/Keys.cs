using Portcullis.Tokens;
using Portcullis.Tokens.Signed;

namespace Portcullis.Api.Contract;

/// <summary>The public half of the key pair that signs URLs and cookies, to be given to CloudFront.</summary>
/// <param name="KeyPairId">The key pair id in signed URLs and cookies.</param>
/// <param name="Kind">RSA-2048 or ECDSA on P-256.</param>
/// <param name="PublicKey">PEM.</param>
internal sealed record CloudFrontKeyResponse(string KeyPairId, CloudFrontKeyKind Kind, string PublicKey)
{
    public static CloudFrontKeyResponse Of(CloudFrontKeyPair pair) => new(pair.KeyPairId, pair.PublicKey.Kind, pair.PublicKey.ToPem());
}

/// <summary>The id that CloudFront assigned to the public half.</summary>
internal sealed record CloudFrontKeyRequest
{
    /// <summary>1 to 64 upper-case letters and digits.</summary>
    public required string KeyPairId { get; init; }
}

/// <summary>A key of another system to take over.</summary>
internal sealed record KeyImportRequest
{
    /// <summary>v1: the keys of v2 are the service's own.</summary>
    public required TokenFormat Format { get; init; }

    /// <summary>The key id in the tokens' headers.</summary>
    public required string KeyId { get; init; }

    /// <summary>The secret's text, used as ASCII. Never repeated in an answer.</summary>
    public required string Secret { get; init; }

    /// <summary>Whether it signs new tokens of its format from now on.</summary>
    public bool Signing { get; init; }
}

/// <summary>A token key, without its secrets.</summary>
internal sealed record KeyResponse(string KeyId, TokenFormat Format, bool Signing);

internal sealed record KeysResponse(IReadOnlyList<KeyResponse> Keys);
