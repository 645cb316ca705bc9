using System.Collections.Frozen;
using Portcullis.Tokens;

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
    /// <param name="keys">All live keys, the signing ones included.</param>
    /// <param name="v1Signing">The key id that signs v1 tokens for assets of that format, or null.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="signing"/> or <paramref name="v1Signing"/> is not among the keys, the latter is no v1 key, or a key id occurs twice.
    /// </exception>
    public KeySet(string? signing, IEnumerable<SigningKey> keys, string? v1Signing = null)
    {
        _keys = keys.ToFrozenDictionary(key => key.KeyId, StringComparer.Ordinal);
        _live = [.. _keys.Values];
        _byText = _keys.GetAlternateLookup<ReadOnlySpan<char>>();
        if (signing is not null && !_keys.ContainsKey(signing))
            throw new ArgumentException($"The signing key '{signing}' is not among the keys.", nameof(signing));
        Signing = signing is null ? null : _keys[signing];
        if (v1Signing is not null && (!_keys.TryGetValue(v1Signing, out var v1) || v1.Format != TokenFormat.V1))
            throw new ArgumentException($"The signing key '{v1Signing}' is not among the v1 keys.", nameof(v1Signing));
        V1Signing = v1Signing is null ? null : _keys[v1Signing];
    }

    /// <summary>A set in which the key that a permit names signs for as long as it says; nothing signs without permit, or where its key is not live.</summary>
    /// <param name="permit">See <see cref="KeyRing.Permit"/>; null for none.</param>
    /// <param name="keys">All live keys.</param>
    /// <param name="v1Signing">The key id that signs v1 tokens, or null.</param>
    public static KeySet Permitted(MintPermit? permit, IEnumerable<SigningKey> keys, string? v1Signing)
    {
        var live = keys.ToList();
        return permit is not null && live.Exists(key => key.KeyId == permit.KeyId)
            ? new KeySet(permit.KeyId, live, v1Signing) { SignsUntil = permit.SignsUntil }
            : new KeySet(null, live, v1Signing);
    }

    /// <summary>The key that new tokens are signed with, or null.</summary>
    public SigningKey? Signing { get; }

    /// <summary>The last epoch second in which <see cref="Signing"/> may sign.</summary>
    public long SignsUntil { get; init; } = long.MaxValue;

    /// <summary>The key that v1 tokens are signed with, or null.</summary>
    public SigningKey? V1Signing { get; }

    /// <summary>All live keys.</summary>
    public IReadOnlyCollection<SigningKey> Keys => _keys.Values;

    /// <summary>The key that new tokens are signed with at a time (epoch seconds), or null.</summary>
    public SigningKey? SigningAt(long now) => now <= SignsUntil ? Signing : null;

    /// <summary>Whether two sets verify the same tokens, whichever key signs.</summary>
    public bool VerifiesTheSameAs(KeySet other) =>
        ReferenceEquals(this, other) || (_keys.Count == other._keys.Count && _live.All(key => ReferenceEquals(other.Find(key.KeyId), key)));

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
