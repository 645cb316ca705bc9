using Amazon.Runtime;

namespace Portcullis.Aws.Json;

/// <summary>An operation's input on its way through the SDK.</summary>
internal sealed class JsonRequest<TInput>(TInput input) : AmazonWebServiceRequest
{
    public TInput Input => input;
}
