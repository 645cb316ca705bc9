using System.Text.Json.Serialization;

namespace Portcullis.Aws.KeyValueStore;

// Bodies of the data plane (API version 2022-07-26, REST-JSON). Classes, not records: a record's text would show values.

/// <summary>Output of DescribeKeyValueStore and UpdateKeys, as far as it is used.</summary>
internal sealed class StoreDescription
{
    public long ItemCount { get; init; }

    public long TotalSizeInBytes { get; init; }
}

/// <summary>Output of ListKeys.</summary>
internal sealed class KeyPage
{
    public string? NextToken { get; init; }

    public List<KeyItem>? Items { get; init; }
}

/// <summary>Input of UpdateKeys.</summary>
internal sealed class KeyUpdates
{
    public required IEnumerable<KeyItem> Puts { get; init; }

    public required IEnumerable<KeyItem> Deletes { get; init; }
}

/// <summary>An entry that is listed or put; without a value, a key to delete.</summary>
internal sealed class KeyItem
{
    public required string Key { get; init; }

    public string? Value { get; init; }
}

[JsonSerializable(typeof(StoreDescription))]
[JsonSerializable(typeof(KeyPage))]
[JsonSerializable(typeof(KeyUpdates))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class KeyValueStoreTypes : JsonSerializerContext;
