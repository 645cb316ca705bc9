namespace Portcullis.Tokens;

/// <summary>The token formats a key can belong to. A key id belongs to exactly one of them.</summary>
public enum TokenFormat
{
    /// <summary>Portcullis' own format: see <c>docs/tokens.md</c>.</summary>
    V2 = 2,

    /// <summary>The format of Secure Media Delivery at the Edge v1, for migration only.</summary>
    V1 = 1,
}
