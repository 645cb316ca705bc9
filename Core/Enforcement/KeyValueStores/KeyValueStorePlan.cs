using System.Collections.Frozen;
using System.Globalization;
using Portcullis.Keys;
using Portcullis.Revocations;

namespace Portcullis.Enforcement.KeyValueStores;

/// <summary>
/// What a CloudFront KeyValueStore must hold: keys, settings and revocations, in the layout that the edge function reads. Immutable and
/// pure. Its values are secret where they are keys; its text form shows counts only.
/// </summary>
public sealed class KeyValueStorePlan
{
    /// <summary>Most bytes of all keys and values: AWS's 5 MB, read as the smaller of the two that this can mean.</summary>
    public const long MaxBytes = 5_000_000;

    /// <summary>A store without entries: the edge function refuses everything.</summary>
    public static readonly KeyValueStorePlan Empty = OfContent(FrozenDictionary<string, string>.Empty);

    private const string KeyPrefix = "k:", SidPrefix = "s:", TagPrefix = "a:", ServesSigned = "c:signed";

    private readonly FrozenDictionary<string, string> _content;

    private KeyValueStorePlan(IReadOnlyList<KeyValueStoreEntry> entries)
    {
        Entries = entries;
        _content = entries.ToFrozenDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        Bytes = entries.Sum(entry => entry.Bytes);
        Keys = entries.Count(entry => IsKey(entry.Key));
        AccountTags = entries.Count(entry => entry.Key.StartsWith(TagPrefix, StringComparison.Ordinal));
        Sids = entries.Count(entry => entry.Key.StartsWith(SidPrefix, StringComparison.Ordinal));
    }

    /// <summary>The entries, most important first: keys and settings, blocked accounts, revoked sessions.</summary>
    public IReadOnlyList<KeyValueStoreEntry> Entries { get; }

    /// <summary>The ledger sequence the plan was drawn from.</summary>
    public long Version { get; private init; }

    /// <summary>Epoch seconds for which it was drawn.</summary>
    public long Now { get; private init; }

    /// <summary>Bytes of all keys and values.</summary>
    public long Bytes { get; }

    /// <summary>Signing keys it holds.</summary>
    public int Keys { get; }

    /// <summary>Their key ids.</summary>
    public IReadOnlyCollection<string> KeyIds => [.. Entries.Where(entry => IsKey(entry.Key)).Select(entry => entry.Key[KeyPrefix.Length..])];

    /// <summary>Blocked accounts it holds.</summary>
    public int AccountTags { get; }

    /// <summary>Revoked sessions it holds.</summary>
    public int Sids { get; }

    /// <summary>Blocks that had ended.</summary>
    public int Ended { get; private init; }

    /// <summary>Blocks and keys that did not fit.</summary>
    public int LeftOut { get; private init; }

    /// <summary>Ids of keys whose entry would be longer than a value may be, because of their allowed paths. The edge refuses their tokens.</summary>
    public IReadOnlyList<string> KeysLeftOut { get; private init; } = [];

    /// <summary>
    /// Draws the plan: keys and settings always, then the longest start of <see cref="Block.InOrder"/> that fits, so nothing that is left out
    /// comes before anything that is held.
    /// </summary>
    /// <param name="blocks">What to block; what has ended is left out.</param>
    /// <param name="keys">The live keys.</param>
    /// <param name="now">Epoch seconds.</param>
    /// <param name="settings">What else the function is told.</param>
    /// <param name="version">The ledger sequence that the blocks are from.</param>
    /// <param name="maxBytes">Most bytes of all keys and values.</param>
    /// <exception cref="ArgumentException">A subject does not have the form that its kind asks for.</exception>
    public static KeyValueStorePlan Draw(IEnumerable<Block> blocks, KeySet keys, long now, KeyValueStoreSettings? settings = null, long version = 0, long maxBytes = MaxBytes)
    {
        settings ??= new KeyValueStoreSettings();
        var documents = keys.Keys.OrderBy(key => key.KeyId, StringComparer.Ordinal).Select(key => new KeyValueStoreEntry(KeyPrefix + key.KeyId, KeyDocument.Of(key, settings))).ToLookup(IsWithinLimits);
        List<KeyValueStoreEntry> entries = [.. documents[true]];
        if (settings.ServesSigned)
            entries.Add(new KeyValueStoreEntry(ServesSigned, "1"));
        var ordered = Block.InOrder(blocks);
        var standing = ordered.Where(block => now < block.Until).ToList();
        var bytes = entries.Sum(entry => entry.Bytes);
        var held = 0;
        foreach (var entry in standing.Select(EntryOf))
        {
            bytes += entry.Bytes;
            if (bytes > maxBytes)
                break;
            entries.Add(entry);
            held++;
        }
        List<string> tooLong = [.. documents[false].Select(entry => entry.Key[KeyPrefix.Length..])];
        return new KeyValueStorePlan(entries) { Version = version, Now = now, Ended = ordered.Count - standing.Count, KeysLeftOut = tooLong, LeftOut = tooLong.Count + standing.Count - held };
    }

    /// <summary>What a store was found to hold, to be compared with a plan.</summary>
    public static KeyValueStorePlan OfContent(IReadOnlyDictionary<string, string> content) => new([.. content.Select(entry => new KeyValueStoreEntry(entry.Key, entry.Value))]);

    /// <summary>The value of an entry, or null.</summary>
    public string? Find(string key) => _content.GetValueOrDefault(key);

    /// <summary>Whether two plans ask the same of the store, whatever their version.</summary>
    public bool AsksTheSameAs(KeyValueStorePlan other) =>
        _content.Count == other._content.Count && _content.All(entry => other._content.TryGetValue(entry.Key, out var value) && value == entry.Value);

    /// <summary>
    /// The calls that bring a store from what it holds to this plan, one after another. After any number of them the rest is what would be
    /// planned anew. See <see cref="KeyValueStoreChanges"/> for their order.
    /// </summary>
    /// <param name="held">What the store holds.</param>
    /// <param name="maxBytes">What the store must never exceed on the way; it does so only where it did before.</param>
    public IReadOnlyList<KeyValueStoreBatch> Batches(KeyValueStorePlan held, long maxBytes = MaxBytes) => KeyValueStoreChanges.Between(held, this, maxBytes);

    /// <summary>Shows counts only.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Keys} keys, {AccountTags} accounts, {Sids} sessions, {Bytes} bytes");

    internal static bool IsKey(string key) => key.StartsWith(KeyPrefix, StringComparison.Ordinal);

    /// <summary>Whether an entry is a revocation that has ended, which the function passes over anyway.</summary>
    internal bool HasEnded(KeyValueStoreEntry entry) =>
        (entry.Key.StartsWith(SidPrefix, StringComparison.Ordinal) || entry.Key.StartsWith(TagPrefix, StringComparison.Ordinal))
        && long.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var until) && until <= Now;

    private static bool IsWithinLimits(KeyValueStoreEntry entry) => KeyValueStoreEntry.BytesOf("", entry.Value) <= KeyValueStoreEntry.MaxValueBytes;

    private static KeyValueStoreEntry EntryOf(Block block) => new(
        (block.Subject.Kind == SubjectKind.Account ? TagPrefix : SidPrefix) + block.Subject.Value,
        block.Until.ToString(CultureInfo.InvariantCulture));
}
