using Portcullis.Tokens;

namespace Portcullis.Edge.Conformance;

/// <summary>The viewer of a case.</summary>
internal sealed class CaseViewer(EdgeCase edgeCase) : IViewer
{
    public string? Ip => ViewerAddress.Canonical(edgeCase.Ip);

    public string? Country => edgeCase.Country;

    public string? Region => edgeCase.Region;

    public string? City => edgeCase.City;

    public string? Header(string name) => edgeCase.Headers.TryGetValue(name, out var values) ? string.Join(',', values) : null;

    public string? Query(string name)
    {
        var values = edgeCase.Query.Split('&').Select(pair => pair.Split('=', 2)).Where(pair => pair[0] == name && pair[0].Length > 0).Select(pair => pair.Length == 2 ? pair[1] : "").ToList();
        return values.Count == 0 ? null : string.Join(',', values);
    }
}
