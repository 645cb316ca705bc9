namespace Portcullis.Cli.Service.Contract;

/// <summary>A token key, without its secrets.</summary>
/// <param name="Signing">Whether new tokens of its format are signed with it.</param>
internal sealed record KeyRecord(string KeyId, string Format, bool Signing);
