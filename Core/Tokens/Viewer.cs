namespace Portcullis.Tokens;

/// <summary>A viewer described by values, as an API caller or a test gives them.</summary>
public sealed record Viewer : IViewer
{
    /// <summary>A viewer without any attribute.</summary>
    public static readonly Viewer Unknown = new();

    private readonly string? _ip;

    /// <inheritdoc/>
    /// <remarks>Assigning brings the address to canonical text; a text that is no address becomes null.</remarks>
    public string? Ip { get => _ip; init => _ip = value is null ? null : ViewerAddress.Canonical(value); }

    /// <inheritdoc/>
    public string? Country { get; init; }

    /// <inheritdoc/>
    public string? Region { get; init; }

    /// <inheritdoc/>
    public string? City { get; init; }

    /// <summary>Request headers by lower-case name.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Query parameters by name, raw values.</summary>
    public IReadOnlyDictionary<string, string> QueryParameters { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <inheritdoc/>
    public string? Query(string name) => QueryParameters.GetValueOrDefault(name);
}
