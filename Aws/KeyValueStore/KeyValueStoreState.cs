namespace Portcullis.Aws.KeyValueStore;

/// <summary>What a store says of itself.</summary>
/// <param name="ETag">The version, which the next write must name.</param>
/// <param name="Items">Entries it holds.</param>
/// <param name="Bytes">Bytes of all keys and values.</param>
public readonly record struct KeyValueStoreState(string ETag, long Items, long Bytes);
