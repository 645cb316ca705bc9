namespace Portcullis.Tokens;

/// <summary>
/// The attributes of a viewer that a token can be bound to. Null means that the request does not have the attribute.
/// </summary>
public interface IViewer
{
    /// <summary>The viewer's address in canonical text (<see cref="ViewerAddress"/>).</summary>
    string? Ip { get; }

    /// <summary>ISO 3166-1 alpha-2 country code, as the edge reports it.</summary>
    string? Country { get; }

    /// <summary>ISO 3166-2 subdivision code without the country, as the edge reports it.</summary>
    string? Region { get; }

    /// <summary>City name, as the edge reports it.</summary>
    string? City { get; }

    /// <summary>The raw value of a request header; repeated headers joined by <c>,</c> in request order.</summary>
    /// <param name="name">The header's name in lower case.</param>
    string? Header(string name);

    /// <summary>The raw, undecoded value of a query parameter; repeats joined by <c>,</c> in request order.</summary>
    string? Query(string name);
}
