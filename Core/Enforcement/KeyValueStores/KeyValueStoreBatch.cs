namespace Portcullis.Enforcement.KeyValueStores;

/// <summary>One UpdateKeys call: all of it happens, or nothing.</summary>
/// <param name="Puts">Entries to write.</param>
/// <param name="Deletes">Keys to delete; none of them is among the puts.</param>
public sealed record KeyValueStoreBatch(IReadOnlyList<KeyValueStoreEntry> Puts, IReadOnlyList<string> Deletes)
{
    /// <summary>
    /// Most puts and deletes in a call. AWS also limits a call to 3 MB, which 50 entries never are: at most 77 kB, and six times that where JSON
    /// escapes every character.
    /// </summary>
    public const int MaxKeys = 50;

    /// <summary>How many keys it touches.</summary>
    public int Count => Puts.Count + Deletes.Count;
}
