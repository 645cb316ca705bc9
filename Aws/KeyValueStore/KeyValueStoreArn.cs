using System.Text.RegularExpressions;

namespace Portcullis.Aws.KeyValueStore;

/// <summary>The name of a CloudFront KeyValueStore, and where its data plane is reached.</summary>
/// <remarks>Source: the endpoint rules of service model <c>cloudfront-keyvaluestore</c>, 2022-07-26: one host name per account.</remarks>
public sealed partial record KeyValueStoreArn
{
    /// <summary>The service's name in endpoints and signatures.</summary>
    public const string Service = "cloudfront-keyvaluestore";

    private readonly string _account;

    /// <summary>Reads an ARN.</summary>
    /// <param name="text">Such as <c>arn:aws:cloudfront::111122223333:key-value-store/8aa76c93-…</c>.</param>
    /// <exception cref="ArgumentException">It is not the ARN of a KeyValueStore.</exception>
    public KeyValueStoreArn(string text)
    {
        if (Form().Match(text) is not { Success: true } match)
            throw new ArgumentException($"KeyValueStore ARN '{text}' must read arn:aws:cloudfront::<12-digit account>:key-value-store/<id>.", nameof(text));
        Text = text;
        _account = match.Groups[1].Value;
    }

    /// <summary>The ARN.</summary>
    public string Text { get; }

    /// <summary>The address of the store itself, below which its keys are.</summary>
    public Uri AddressAt(AwsConnection connection)
    {
        var endpoint = connection.Endpoints.GetValueOrDefault(Service) ?? new Uri($"https://{_account}.cloudfront-kvs.global.api.aws");
        return new Uri(endpoint, $"/key-value-stores/{Uri.EscapeDataString(Text)}");
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^arn:aws:cloudfront::([0-9]{12}):key-value-store/[A-Za-z0-9-]{1,128}\z")]
    private static partial Regex Form();
}
