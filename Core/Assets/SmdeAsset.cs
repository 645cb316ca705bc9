using Portcullis.Tokens.V1;

namespace Portcullis.Assets;

/// <summary>An asset as SMDE's table holds it.</summary>
/// <param name="Id">The asset's id.</param>
/// <param name="Host">Scheme and host that players use, such as <c>https://media.example.com</c>; null when the row has none.</param>
/// <param name="Path">Path of the manifest; null when the row has none.</param>
/// <param name="Policy">Its token policy.</param>
public sealed record SmdeAsset(string Id, string? Host, string? Path, SmdePolicy Policy)
{
    /// <summary>Which row of the export it is, from 0.</summary>
    public int Row { get; init; }
}
