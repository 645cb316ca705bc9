using Microsoft.AspNetCore.Http;
using Portcullis.Tokens;

namespace Portcullis.Local.Edge;

/// <summary>The viewer behind a request; attributes are read only when a token is bound to them.</summary>
internal sealed class EdgeViewer(IHeaderDictionary headers, RequestTarget target, ViewerOrigin origin) : IViewer
{
    public string? Ip => origin.Address is null ? null : ViewerAddress.Canonical(origin.Address);

    public string? Country => origin.Country;

    public string? Region => origin.Region;

    public string? City => origin.City;

    public string? Header(string name)
    {
        // A viewer cannot send CloudFront its own headers; here only a trusted one can.
        if (!origin.FromHeaders && name.StartsWith(ViewerOrigin.HeaderPrefix, StringComparison.OrdinalIgnoreCase))
            return null;
        return headers.TryGetValue(name, out var values) ? string.Join(',', (IEnumerable<string?>)values) : null;
    }

    public string? Query(string name) => target.QueryValue(name);
}
