namespace Portcullis.Tokens;

/// <summary>The claims of a v2 token.</summary>
/// <remarks>Times are epoch seconds.</remarks>
public sealed record TokenClaims
{
    /// <summary>When the token was minted (<c>iat</c>).</summary>
    public required long IssuedAt { get; init; }

    /// <summary>When it ends (<c>exp</c>); at this second it is no longer valid.</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>Not valid before (<c>nbf</c>), or null.</summary>
    public long? NotBefore { get; init; }

    /// <summary>When the session's first token was minted (<c>sst</c>); <see cref="IssuedAt"/> unless renewed.</summary>
    public required long SessionStart { get; init; }

    /// <summary>The session (<c>sid</c>).</summary>
    public required string Sid { get; init; }

    /// <summary>Admitted paths (<c>paths</c>).</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Paths without viewer checks (<c>exc</c>).</summary>
    public IReadOnlyList<string> Exc { get; init; } = [];

    /// <summary>Bound attributes that a request must show (<c>attr</c>): some of ip, co, reg, cty.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>Bound header names (<c>headers</c>).</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Bound query parameter names (<c>qs</c>).</summary>
    public IReadOnlyList<string> Query { get; init; } = [];

    /// <summary>MAC over the required attributes, headers and parameters (<c>bind</c>), or null when none is bound.</summary>
    public string? Binding { get; init; }

    /// <summary>One MAC for each geographic attribute that is checked only where a request has it (<c>opt</c>): name to MAC.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> OptionalBindings { get; init; } = [];
}
