namespace Portcullis.Tokens.V1;

/// <summary>The claims of a v1 token, as SMDE's library writes them.</summary>
internal sealed record SmdeClaims
{
    /// <summary><c>ip</c> and, only with it, <c>ip_ver</c>: 4 or 6.</summary>
    public bool Ip { get; init; }

    public long? IpVersion { get; init; }

    /// <summary><c>co</c>, <c>cty</c>, <c>reg</c>.</summary>
    public bool Country { get; init; }

    public bool City { get; init; }

    public bool Region { get; init; }

    /// <summary><c>co_fallback</c>, <c>reg_fallback</c>: written only if true.</summary>
    public bool CountryFallback { get; init; }

    public bool RegionFallback { get; init; }

    /// <summary><c>ssn</c>: the sid in front of the token is part of the MAC.</summary>
    public bool Session { get; init; }

    /// <summary><c>exp</c>: epoch seconds; null never expires.</summary>
    public long? ExpiresAt { get; init; }

    /// <summary><c>nbf</c>: epoch seconds.</summary>
    public long? NotBefore { get; init; }

    /// <summary><c>iat</c>: epoch seconds; never checked.</summary>
    public long IssuedAt { get; init; }

    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary><c>qs</c>.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];

    /// <summary><c>intsig</c>: MAC over the bound attributes; null when nothing is bound.</summary>
    public string? Binding { get; init; }

    public IReadOnlyList<string> Paths { get; init; } = [];

    public IReadOnlyList<string> Exc { get; init; } = [];
}
