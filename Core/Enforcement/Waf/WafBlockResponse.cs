namespace Portcullis.Enforcement.Waf;

/// <summary>
/// What the rule group answers to a blocked session: as the edge function does (docs/tokens.md), without the support reference, which no
/// fixed answer can hold.
/// </summary>
/// <remarks>
/// AWS admits any header name but <c>content-type</c>, names of 1 to 64 characters of <c>A-Za-z0-9._$-</c>, values of 1 to 255 characters, ten headers in
/// an answer, and 100 in the answers of all rules of a rule group together.
/// </remarks>
public static class WafBlockResponse
{
    /// <summary>The HTTP status.</summary>
    public const int Status = 403;

    /// <summary>The headers, by name.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Headers { get; } =
    [
        new("access-control-allow-origin", "*"),
        new("access-control-expose-headers", "X-Portcullis, X-Portcullis-Reference"),
        new("cache-control", "no-store"),
        new("x-portcullis", "revoked"),
    ];
}
