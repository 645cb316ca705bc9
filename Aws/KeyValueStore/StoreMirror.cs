using Portcullis.Enforcement.KeyValueStores;

namespace Portcullis.Aws.KeyValueStore;

/// <summary>What a store holds, as far as we know: what was listed, and what was written since.</summary>
/// <param name="etag">The version that it is a copy of.</param>
/// <param name="content">The entries. The mirror owns them.</param>
internal sealed class StoreMirror(string etag, Dictionary<string, string> content)
{
    private KeyValueStorePlan? _plan;
    private HashSet<string>? _written;

    /// <summary>The version that it is a copy of.</summary>
    public string ETag { get; private set; } = etag;

    /// <summary>The entries, to be compared with a plan.</summary>
    public KeyValueStorePlan Plan => _plan ??= KeyValueStorePlan.OfContent(content);

    /// <summary>Follows a write.</summary>
    public void Apply(KeyValueStoreBatch batch, string etag)
    {
        foreach (var put in batch.Puts)
        {
            content[put.Key] = put.Value;
            _written?.Add(put.Key);
        }
        foreach (var key in batch.Deletes)
        {
            content.Remove(key);
            _written?.Add(key);
        }
        ETag = etag;
        _plan = null;
    }

    /// <summary>Begins to note what is written, since a listing that takes its time may or may not show it.</summary>
    public void BeginListing() => _written = new(StringComparer.Ordinal);

    /// <summary>Whether a listing that was made since <see cref="BeginListing"/> shows the same, what was written meanwhile left aside.</summary>
    public bool Agrees(Dictionary<string, string> listed) =>
        listed.All(entry => IsWritten(entry.Key) || (content.TryGetValue(entry.Key, out var value) && value == entry.Value))
        && content.Keys.All(key => IsWritten(key) || listed.ContainsKey(key));

    private bool IsWritten(string key) => _written?.Contains(key) == true;
}
