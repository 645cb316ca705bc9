namespace Portcullis.Aws.Json;

/// <summary>A service that speaks AWS JSON 1.1.</summary>
/// <param name="Name">Its name in endpoints and signatures.</param>
/// <param name="TargetPrefix">What the header <c>X-Amz-Target</c> starts with.</param>
/// <param name="Region">The one region that it lives in; null for a service of every region.</param>
/// <remarks>Source: the service models that AWS publishes with its SDKs (endpointPrefix, targetPrefix).</remarks>
public sealed record JsonService(string Name, string TargetPrefix, string? Region = null)
{
    /// <summary>Kinesis Data Streams.</summary>
    public static readonly JsonService Kinesis = new("kinesis", "Kinesis_20131202");

    /// <summary>WAF, for CloudFront: us-east-1.</summary>
    public static readonly JsonService Waf = new("wafv2", "AWSWAF_20190729", "us-east-1");

    /// <summary>Secrets Manager.</summary>
    public static readonly JsonService SecretsManager = new("secretsmanager", "secretsmanager");
}
