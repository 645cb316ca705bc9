using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Portcullis.Aws.Json;

namespace Portcullis.Aws.Tests.Servers;

/// <summary>Calls of AWS JSON services whose input and output have no types here.</summary>
internal static partial class JsonCalls
{
    public static Task<JsonObject> CallAsync(this JsonServiceClient client, string operation, JsonObject input, CancellationToken cancellation = default) =>
        client.CallAsync(operation, input, Types.Default.JsonObject, Types.Default.JsonObject, cancellation);

    [JsonSerializable(typeof(JsonObject))]
    private sealed partial class Types : JsonSerializerContext;
}
