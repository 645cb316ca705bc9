namespace Portcullis.Cli.Service.Contract;

/// <summary>A title under protection.</summary>
/// <param name="Arming"><c>armed</c>, or <c>shadow</c>: verdicts are shown but nobody is blocked.</param>
internal sealed record AssetRecord(string Id, string? Host, string? Path, string? Arming, string? Format = null)
{
    public bool InShadow => string.Equals(Arming, "shadow", StringComparison.OrdinalIgnoreCase);
}
