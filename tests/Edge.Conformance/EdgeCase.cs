using System.Text.Json.Serialization;

namespace Portcullis.Edge.Conformance;

/// <summary>One request to the edge, with what its key-value store holds: the harness format of <c>docs/edge.md</c>.</summary>
internal sealed record EdgeCase
{
    public required int Id { get; init; }

    public string Method { get; init; } = "GET";

    /// <summary>The raw path.</summary>
    public required string Uri { get; init; }

    /// <summary>The raw query without its question mark.</summary>
    public string Query { get; init; } = "";

    public SortedDictionary<string, string[]> Headers { get; init; } = [];

    public string Ip { get; init; } = "203.0.113.7";

    public string? Country { get; init; }

    public string? Region { get; init; }

    public string? City { get; init; }

    /// <summary>Epoch seconds.</summary>
    public required long Now { get; init; }

    public SortedDictionary<string, string> Store { get; init; } = [];

    /// <summary>Prefixes of keys whose reads fail.</summary>
    public string[] Fail { get; init; } = [];

    /// <summary>How the case came about, for a person.</summary>
    [JsonIgnore]
    public string Story { get; init; } = "";
}

/// <summary>What an implementation makes of a case, as far as all must agree.</summary>
internal sealed record EdgeVerdict(int Id, int Status, string Reason);

/// <summary>What the JavaScript harness says of a case.</summary>
internal sealed record HarnessVerdict(int Id, int Status, string Reason, string? Log, string? Uri, int Reads);
