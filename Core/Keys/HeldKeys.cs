using System.Collections.Frozen;

namespace Portcullis.Keys;

/// <summary>The key ids that a target was seen to hold, over all reads of it so far. Immutable.</summary>
/// <remarks>Times are of a monotonic clock: a wall clock that is set must not make a key seem settled.</remarks>
public sealed class HeldKeys
{
    /// <summary>For how long it is remembered when a key went; longer than any settle time.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>A target that has been read once and held nothing: what a target inside this process is before its first plan.</summary>
    public static readonly HeldKeys None = new(FrozenDictionary<string, TimeSpan>.Empty, FrozenDictionary<string, TimeSpan>.Empty, TimeSpan.Zero, TimeSpan.Zero);

    private readonly FrozenDictionary<string, TimeSpan> _held;
    private readonly FrozenDictionary<string, TimeSpan> _gone;
    private readonly TimeSpan _first;
    private readonly TimeSpan _last;

    private HeldKeys(FrozenDictionary<string, TimeSpan> held, FrozenDictionary<string, TimeSpan> gone, TimeSpan first, TimeSpan last)
    {
        _held = held;
        _gone = gone;
        _first = first;
        _last = last;
    }

    /// <summary>The key ids at the last read.</summary>
    public IReadOnlyCollection<string> KeyIds => _held.Keys;

    /// <summary>What is known after a read.</summary>
    /// <param name="before">What was known before it; null for the first read.</param>
    /// <param name="keyIds">The key ids that were read back.</param>
    /// <param name="at">When, on a monotonic clock.</param>
    public static HeldKeys Read(HeldKeys? before, IEnumerable<string> keyIds, TimeSpan at)
    {
        var held = keyIds.ToFrozenDictionary(keyId => keyId, keyId => before is not null && before._held.TryGetValue(keyId, out var since) ? since : at, StringComparer.Ordinal);
        if (before is null)
            return new HeldKeys(held, FrozenDictionary<string, TimeSpan>.Empty, at, at);
        var gone = before._gone.Where(entry => at - entry.Value < Remembered)
            .Concat(before._held.Select(entry => KeyValuePair.Create(entry.Key, at)))
            .Where(entry => !held.ContainsKey(entry.Key))
            .DistinctBy(entry => entry.Key)
            .ToFrozenDictionary(StringComparer.Ordinal);
        return new HeldKeys(held, gone, before._first, at);
    }

    /// <summary>Whether the last read showed a key.</summary>
    public bool Holds(string keyId) => _held.ContainsKey(keyId);

    /// <summary>From the first to the last of the reads in a row that showed a key; null when the last did not.</summary>
    public TimeSpan? HeldFor(string keyId) => _held.TryGetValue(keyId, out var since) ? _last - since : null;

    /// <summary>Whether an earlier read did not show a key that the last one did.</summary>
    public bool HasArrived(string keyId) => _held.TryGetValue(keyId, out var since) && since > _first;

    /// <summary>From the first to the last of the reads in a row that did not show a key; null when the last did.</summary>
    public TimeSpan? AbsentFor(string keyId) => Holds(keyId) ? null : _last - (_gone.TryGetValue(keyId, out var since) ? since : _first);
}
