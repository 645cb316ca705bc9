using System.Collections.Frozen;

namespace Portcullis.Keys;

/// <summary>An immutable set of the keys that are live: one signs, all verify.</summary>
public sealed class KeySet
{
    /// <summary>A set without keys: everything is refused.</summary>
    public static readonly KeySet Empty = new(null, []);

    private readonly FrozenDictionary<string, SigningKey> _keys;
    private readonly SigningKey[] _live;
    private readonly FrozenDictionary<string, SigningKey>.AlternateLookup<ReadOnlySpan<char>> _byText;

    /// <summary>Puts a set together.</summary>
    /// <param name="signing">The key id that signs, or null when none may (minting then answers 503).</param>
    /// <param name="keys">All live keys, the signing one included.</param>
    /// <exception cref="ArgumentException"><paramref name="signing"/> is not among the keys, or a key id occurs twice.</exception>
    public KeySet(string? signing, IEnumerable<SigningKey> keys)
    {
        _keys = keys.ToFrozenDictionary(key => key.KeyId, StringComparer.Ordinal);
        _live = [.. _keys.Values];
        _byText = _keys.GetAlternateLookup<ReadOnlySpan<char>>();
        if (signing is not null && !_keys.ContainsKey(signing))
            throw new ArgumentException($"The signing key '{signing}' is not among the keys.", nameof(signing));
        Signing = signing is null ? null : _keys[signing];
    }

    /// <summary>The key that new tokens are signed with, or null.</summary>
    public SigningKey? Signing { get; }

    /// <summary>All live keys.</summary>
    public IReadOnlyCollection<SigningKey> Keys => _keys.Values;

    /// <summary>The key with an id, or null.</summary>
    public SigningKey? Find(ReadOnlySpan<char> keyId) => _byText.TryGetValue(keyId, out var key) ? key : null;

    /// <summary>The key whose tokens carry this very header, or null: what a mint of ours writes need not be parsed.</summary>
    internal SigningKey? FindByHeader(ReadOnlySpan<byte> encodedHeader)
    {
        foreach (var key in _live)
        {
            if (encodedHeader.SequenceEqual(key.EncodedHeader))
                return key;
        }
        return null;
    }
}
