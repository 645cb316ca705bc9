namespace Portcullis.Keys;

/// <summary>The leave to sign new tokens.</summary>
/// <param name="KeyId">With which key.</param>
/// <param name="SignsUntil">The last epoch second in which it holds.</param>
public sealed record MintPermit(string KeyId, long SignsUntil);
