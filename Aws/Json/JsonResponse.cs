using Amazon.Runtime;

namespace Portcullis.Aws.Json;

/// <summary>An operation's output on its way through the SDK, which makes responses itself.</summary>
internal sealed class JsonResponse<TOutput> : AmazonWebServiceResponse
{
    public TOutput Output { get; init; } = default!;
}
