using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using Amazon.Runtime.Internal.Util;

namespace Portcullis.Aws.Json;

/// <summary>Reads an operation's output, or its error.</summary>
internal sealed class JsonOutputUnmarshaller<TOutput>(JsonTypeInfo<TOutput> type) : JsonResponseUnmarshaller
    where TOutput : notnull
{
    public override AmazonWebServiceResponse Unmarshall(JsonUnmarshallerContext input)
    {
        // The SDK's own way of reading walks a tree of unmarshallers; here the whole body is one type. Operations without output answer nothing.
        var output = (input.ResponseData.ContentLength == 0 ? JsonSerializer.Deserialize("{}"u8, type) : JsonSerializer.Deserialize(input.Stream, type)) ?? throw new AmazonUnmarshallingException(input.ResponseData.GetHeaderValue("x-amzn-RequestId"), "$", new JsonException("null"));
        return new JsonResponse<TOutput> { Output = output };
    }

    public override AmazonServiceException UnmarshallException(JsonUnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var reader = new StreamingUtf8JsonReader(input.Stream);
        var error = JsonErrorResponseUnmarshaller.GetInstance().Unmarshall(input, ref reader);
        return new AmazonServiceException(error.Message, innerException, error.Type, error.Code, error.RequestId, statusCode);
    }

    protected override bool ShouldReadEntireResponse(IWebResponseData response, bool readEntireResponse) => false;
}
