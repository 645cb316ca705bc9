namespace Portcullis.Cli.Service.Contract;

/// <summary>A token key, without its secrets.</summary>
/// <param name="KeyId">The key id.</param>
/// <param name="Format">The format of its tokens.</param>
/// <param name="Signing">Whether new tokens of its format are signed with it.</param>
/// <param name="State">Where it is on its way; null for v1 keys.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">Until when its tokens are valid, once it signs no more.</param>
/// <param name="HeldBy">The targets that hold it.</param>
internal sealed record KeyRecord(
    string KeyId, string Format, bool Signing, string? State = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null, IReadOnlyList<string>? HeldBy = null);
