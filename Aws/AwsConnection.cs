using Amazon.Runtime;

namespace Portcullis.Aws;

/// <summary>How to reach AWS: region, endpoints, credentials.</summary>
public sealed record AwsConnection
{
    /// <value>The region of streams, tables and secrets, such as <c>eu-west-1</c>. WAF for CloudFront lives in us-east-1 whatever stands here.</value>
    public required string Region { get; init; }

    /// <value>Endpoints to use instead of the region's own, by service: <c>kinesis</c>, <c>wafv2</c>, <c>secretsmanager</c>, <c>dynamodb</c>, <c>cloudfront-keyvaluestore</c>.</value>
    public IReadOnlyDictionary<string, Uri> Endpoints { get; init; } = new Dictionary<string, Uri>();

    /// <value>Credentials; null for the standard chain: environment, profile, single sign-on, container and instance roles.</value>
    public AWSCredentials? Credentials { get; init; }

    /// <value>How long one attempt of a call may take. Default 10 s.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <value>How often a call is tried again after throttling, a 5xx or a dropped connection, with growing pauses. Default 3.</value>
    public int Retries { get; init; } = 3;

    /// <summary>Where a service is reached.</summary>
    /// <param name="service">Its name in endpoints and signatures, such as <c>kinesis</c>.</param>
    /// <param name="region">The region; null for <see cref="Region"/>.</param>
    public Uri EndpointOf(string service, string? region = null) =>
        Endpoints.TryGetValue(service, out var endpoint) ? endpoint : new Uri($"https://{service}.{region ?? Region}.{DomainOf(region ?? Region)}");

    private static string DomainOf(string region) => region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";
}
