using Portcullis.Tokens.Signed;

namespace Portcullis.Aws.Secrets;

/// <summary>Settings of the keys in Secrets Manager.</summary>
public sealed record SecretsKeyOptions
{
    /// <value>Name or ARN of the secret. Where it has no value, or <c>{}</c>, the first keys are drawn; one that does not exist is created, which needs its name.</value>
    public required string SecretId { get; init; }

    /// <value>The kind of key pair that is drawn for signed URLs and cookies at first need. Default RSA.</value>
    public CloudFrontKeyKind SigningPairKind { get; init; } = CloudFrontKeyKind.Rsa2048;
}
