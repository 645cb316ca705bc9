namespace Portcullis.Tokens;

/// <summary>Which viewer attributes a token is bound to, beside its sid.</summary>
public sealed record ViewerBinding
{
    /// <value>Bind the viewer's address. Default false: mobile viewers change theirs.</value>
    public bool Ip { get; init; }

    /// <value>Bind the viewer's country.</value>
    public GeoBinding Country { get; init; }

    /// <value>Bind the viewer's region.</value>
    public GeoBinding Region { get; init; }

    /// <value>Bind the viewer's city.</value>
    public GeoBinding City { get; init; }

    /// <value>Lower-case names of request headers to bind, at most 8. An absent header is bound as absent.</value>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <value>Names of query parameters to bind, at most 8. An absent parameter is bound as absent.</value>
    public IReadOnlyList<string> Query { get; init; } = [];
}

/// <summary>How a geographic attribute is bound.</summary>
public enum GeoBinding
{
    /// <summary>Not bound.</summary>
    None = 0,

    /// <summary>Bound; a request without the attribute is refused.</summary>
    Required = 1,

    /// <summary>Bound; where a request lacks the attribute, this one attribute is skipped.</summary>
    WhenPresent = 2,
}
