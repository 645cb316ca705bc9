using Amazon.Runtime.Internal;

namespace Portcullis.Aws.Json;

/// <summary>What the SDK says of a service in its user agent; it asks before a client knows which service it is for.</summary>
internal sealed class JsonServiceMetadata : IServiceMetadata
{
    public static readonly JsonServiceMetadata Instance = new();

    public string ServiceId => "json";

    public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
}
