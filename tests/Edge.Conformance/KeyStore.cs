using System.Text.Json;
using System.Text.Json.Nodes;
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

    public static SortedDictionary<string, string> Entries()
    {
        var store = new SortedDictionary<string, string>();
        foreach (var key in new[] { Plain, Narrow, Ending, Strict })
        {
            var (sign, bind) = key.ExportSecrets();
            var entry = new JsonObject { ["f"] = 2, ["s"] = Text(sign), ["b"] = Text(bind) };
            if (key.AllowedPaths.Count > 0)
                entry["p"] = JsonSerializer.SerializeToNode(key.AllowedPaths);
            if (key.NotAfter is { } end)
                entry["na"] = end;
            if (ReferenceEquals(key, Strict))
                entry["rf"] = 1;
            store[$"k:{key.KeyId}"] = entry.ToJsonString();
        }
        store[$"k:{V1.KeyId}"] = new JsonObject { ["f"] = 1, ["s"] = V1Secret }.ToJsonString();
        return store;
    }

    private static SigningKey Key(string keyId, byte fill, string[]? paths = null, long? notAfter = null) =>
        new(keyId, Enumerable.Repeat(fill, 32).ToArray(), Enumerable.Repeat((byte)(fill + 1), 32).ToArray()) { AllowedPaths = paths ?? [], NotAfter = notAfter };

    private static string Text(byte[] secret) => System.Buffers.Text.Base64Url.EncodeToString(secret);
}
