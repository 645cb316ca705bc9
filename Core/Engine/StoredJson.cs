using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portcullis.Engine;

/// <summary>How records are written into stores: the same in every engine, so that what one has stored another can read.</summary>
public static class StoredJson
{
    /// <summary>Camel case, enumerations by name, nothing written for null.</summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
