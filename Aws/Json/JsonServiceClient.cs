using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Credentials.Internal;

namespace Portcullis.Aws.Json;

/// <summary>
/// A client for a service that speaks AWS JSON 1.1 and has no package of its own here. Signatures, credentials, retries (throttling, 5xx,
/// dropped connections) and the correction of a clock that is wrong are the SDK's.
/// </summary>
public sealed class JsonServiceClient : AmazonServiceClient
{
    private readonly JsonService _service;

    /// <summary>Puts a client together; nothing is sent.</summary>
    /// <param name="service">The service.</param>
    /// <param name="connection">Region, endpoint and credentials.</param>
    public JsonServiceClient(JsonService service, AwsConnection connection)
        : base(connection.Credentials, ConfigurationOf(service, connection))
    {
        _service = service;
        RuntimePipeline.RemoveHandler<EndpointResolver>();
        RuntimePipeline.AddHandlerAfter<Marshaller>(new ConfiguredEndpoint());
        RuntimePipeline.AddHandlerAfter<Marshaller>(new SignatureV4());
    }

    /// <summary>Calls an operation.</summary>
    /// <param name="operation">Its name, such as <c>GetRecords</c>.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="inputType">How that is written.</param>
    /// <param name="outputType">How the answer is read.</param>
    /// <param name="cancellation">Ends the call; whether it had effect is then unknown.</param>
    /// <exception cref="AmazonServiceException">The service refused, with its <see cref="AmazonServiceException.ErrorCode"/>.</exception>
    /// <exception cref="AmazonClientException">No credentials were found, or there was no answer, or none that could be read.</exception>
    /// <remarks>
    /// Within one attempt the SDK sends a request whose connection breaks up to ten times more at once, whatever <see cref="AwsConnection.Retries"/>
    /// says: a change may reach the service twice, and the second be refused for what the first has done.
    /// </remarks>
    public async Task<TOutput> CallAsync<TInput, TOutput>(
        string operation, TInput input, JsonTypeInfo<TInput> inputType, JsonTypeInfo<TOutput> outputType, CancellationToken cancellation)
        where TOutput : notnull
    {
        var options = new InvokeOptions
        {
            RequestMarshaller = new JsonRequestMarshaller<TInput>(_service, operation, inputType),
            ResponseUnmarshaller = new JsonOutputUnmarshaller<TOutput>(outputType),
        };
        try
        {
            var response = await InvokeAsync<JsonResponse<TOutput>>(new JsonRequest<TInput>(input), options, cancellation).ConfigureAwait(false);
            return response.Output;
        }
        catch (Exception error) when (Unanswered.Is(error, cancellation))
        {
            throw new AmazonClientException($"{_service.Name} did not answer: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    protected override IServiceMetadata ServiceMetadata => JsonServiceMetadata.Instance;

    private static JsonServiceConfiguration ConfigurationOf(JsonService service, AwsConnection connection) => new(service.Name)
    {
        AuthenticationRegion = service.Region ?? connection.Region,
        AuthenticationServiceName = service.Name,
        ServiceURL = connection.EndpointOf(service.Name, service.Region).ToString(),
        EndpointProvider = new FixedEndpoint(connection.EndpointOf(service.Name, service.Region)),
        Timeout = connection.Timeout,
        MaxErrorRetry = connection.Retries,
        HttpClientFactory = WholeAnswers.Instance,
        // The SDK's own log would hold addresses of requests and nothing that is not in the exceptions.
        DisableLogging = true,
    };

    private sealed class FixedEndpoint(Uri url) : IEndpointProvider
    {
        private readonly Endpoint _endpoint = new(url.ToString());

        public Endpoint ResolveEndpoint(EndpointParameters parameters) => _endpoint;
    }

    /// <summary>Asks the configuration's endpoint provider, which knows one endpoint whatever is asked.</summary>
    private sealed class ConfiguredEndpoint : BaseEndpointResolver
    {
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) => new();
    }

    private sealed class SignatureV4 : BaseAuthResolverHandler
    {
        private static readonly List<IAuthSchemeOption> Schemes = [new AuthSchemeOption { SchemeId = "aws.auth#sigv4" }];

        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => Schemes;
    }
}
