using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace Portcullis.Aws.Json;

/// <summary>The SDK's configuration for a <see cref="JsonServiceClient"/>.</summary>
internal sealed class JsonServiceConfiguration(string service) : ClientConfig(new StandardDefaults())
{
    public override string ServiceVersion => "1.1";

    public override string UserAgent => "portcullis";

    public override string RegionEndpointServiceName => service;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) => new(ServiceURL);

    private sealed class StandardDefaults : IDefaultConfigurationProvider
    {
        public IDefaultConfiguration GetDefaultConfiguration(Amazon.RegionEndpoint clientRegion, DefaultConfigurationMode? requestedConfigurationMode) => new DefaultConfiguration
        {
            Name = DefaultConfigurationMode.Standard,
            RetryMode = RequestRetryMode.Standard,
        };
    }
}
