using Portcullis.Enforcement.KeyValueStores;
using Portcullis.Keys;

namespace Portcullis.Edge.Conformance;

/// <summary>The keys of the corpus, and what the edge's key-value store holds of them.</summary>
internal static class KeyStore
{
    public static readonly string V1Secret = new('s', 40);

    public static readonly SigningKey Plain = Key("k-plain", 1), Narrow = Key("k-narrow", 3, ["/live", "/vod/two/"]), Ending = Key("k-ending", 5, null, Corpus.Now + 500), Strict = Key("k-strict", 7);

    public static readonly SigningKey V1 = SigningKey.ForV1("smde_1", V1Secret);

    /// <summary>A key that no store holds.</summary>
    public static readonly SigningKey Foreign = Key("k-foreign", 9);

    public static readonly KeySet Live = new(Plain.KeyId, [Plain, Narrow, Ending, Strict, V1]);

    /// <summary>What an enforcer would write, so that the function reads just that.</summary>
    public static SortedDictionary<string, string> Entries() => new(
        Planned(new KeyValueStoreSettings(), Plain, Narrow, Ending, V1)
            .Concat(Planned(new KeyValueStoreSettings { RefusesUnchecked = true }, Strict))
            .ToDictionary(entry => entry.Key, entry => entry.Value));

    private static IReadOnlyList<KeyValueStoreEntry> Planned(KeyValueStoreSettings settings, params SigningKey[] keys) =>
        KeyValueStorePlan.Draw([], new KeySet(null, keys), Corpus.Now, settings).Entries;

    private static SigningKey Key(string keyId, byte fill, string[]? paths = null, long? notAfter = null) =>
        new(keyId, Enumerable.Repeat(fill, 32).ToArray(), Enumerable.Repeat((byte)(fill + 1), 32).ToArray()) { AllowedPaths = paths ?? [], NotAfter = notAfter };
}
