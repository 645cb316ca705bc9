using System.Text;

namespace Portcullis.Enforcement.KeyValueStores;

/// <summary>An entry of a CloudFront KeyValueStore, in the layout that the edge function reads (docs/edge.md).</summary>
/// <param name="Key">1 to 512 bytes of UTF-8.</param>
/// <param name="Value">At most 1,024 bytes of UTF-8. Secret where the entry is a signing key.</param>
public readonly record struct KeyValueStoreEntry(string Key, string Value)
{
    /// <summary>Longest key, in bytes of UTF-8.</summary>
    public const int MaxKeyBytes = 512;

    /// <summary>Longest value, in bytes of UTF-8.</summary>
    public const int MaxValueBytes = 1_024;

    /// <summary>What the entry counts towards the store's size: key and value, in bytes of UTF-8.</summary>
    public long Bytes => BytesOf(Key, Value);

    /// <summary>Shows the key only.</summary>
    public override string ToString() => Key;

    internal static long BytesOf(string key, string value) => Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
}
