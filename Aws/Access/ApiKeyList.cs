using System.Collections.Frozen;
using Portcullis.Access;

namespace Portcullis.Aws.Access;

/// <summary>All API keys, as they are stored.</summary>
/// <param name="revision">The stored revision; null when nothing is stored.</param>
/// <param name="stored">The keys with their hashes.</param>
internal sealed class ApiKeyList(string? revision, IReadOnlyList<StoredApiKey> stored)
{
    public static readonly ApiKeyList Empty = new(null, []);

    public string? Revision => revision;

    public IReadOnlyList<StoredApiKey> Stored => stored;

    public FrozenDictionary<string, ApiKey> ByHash { get; } = stored.ToFrozenDictionary(key => key.Hash, key => key.Key, StringComparer.Ordinal);

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ApiKey> Keys { get; } = [.. stored.Select(key => key.Key).OrderBy(key => key.Created).ThenBy(key => key.Id, StringComparer.Ordinal)];

    /// <summary>Whether a key is the only one left with the role admin.</summary>
    public bool IsLastAdmin(string id) => Keys.Where(key => key.Role == ApiRole.Admin).ToList() is [var last] && last.Id == id;
}
