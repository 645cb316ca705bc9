using System.Text.Json.Serialization;

namespace Portcullis.Tokens.Signed;

/// <summary>How an asset's URLs or cookies are signed for CloudFront.</summary>
public sealed record SignedOptions
{
    /// <value>The hash under the signature. Default SHA-1, as CloudFront's.</value>
    public CloudFrontHash Hash { get; init; }

    /// <value>The domain of signed cookies, such as <c>example.com</c> for media on <c>media.example.com</c>; null: the host that sets them. Default null.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CookieDomain { get; init; }
}
